package dev.tollgate.gateway.keys;

/**
 * What a header may consist of: characters that are assigned and steer nothing. It is what Spring Security's firewall asks by
 * regular expressions, of every header each time that it is read; those of callers are read several times.
 */
final class HeaderText {

    private HeaderText() {
    }

    /** Whether a header may have this name. */
    static boolean isName(String text) {
        return isOf(text, false);
    }

    /** Whether a header may have this value, in which a tab is as good as a space. */
    static boolean isValue(String text) {
        return isOf(text, true);
    }

    private static boolean isOf(String text, boolean tabs) {
        int c;
        for (int i = 0; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            boolean plain = c >= ' ' && c <= '~';
            if (!plain && !(tabs && c == '\t') && (Character.isISOControl(c) || !Character.isDefined(c))) {
                return false;
            }
        }
        return true;
    }
}
