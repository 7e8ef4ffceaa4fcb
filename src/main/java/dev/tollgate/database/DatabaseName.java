package dev.tollgate.database;

import java.util.regex.Pattern;

/** A database as messages name it: the JDBC address without what may be a secret. */
public final class DatabaseName {

    private static final Pattern PARAMETERS = Pattern.compile("[?;].*", Pattern.DOTALL);
    private static final Pattern USER = Pattern.compile("//[^/@]*@");

    private DatabaseName() {
    }

    /**
     * For example {@code h2:file:/srv/data/tollgate} or {@code postgresql://db.example:5432/ledger}.
     *
     * @param url a JDBC address; null or empty: {@code spring.datasource.url}
     */
    public static String of(String url) {
        if (url == null || url.isBlank()) {
            return "spring.datasource.url";
        }
        return USER.matcher(PARAMETERS.matcher(url).replaceFirst("")).replaceFirst("//").replaceFirst("^jdbc:", "");
    }

    /** Whether the database's file is one of this process, as H2's embedded ones are. */
    public static boolean isEmbedded(String url) {
        return url != null && url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:")
                && !url.startsWith("jdbc:h2:mem:");
    }
}
