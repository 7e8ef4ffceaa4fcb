package dev.tollgate.jobs;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a cell of a sheet names: an ASIN, or the reason why it names none. Amazon's own pattern decides for what begins with B,
 * the check digit for a book, whose ASIN is its ISBN of ten digits.
 *
 * @param asin   in capitals; null when the cell names none
 * @param reason a part of a sentence; null when the cell names one
 */
record AsinCell(String asin, String reason) {

    /** All that Amazon gives out have a digit; ten letters are a word. */
    private static final Pattern ASIN = Pattern.compile("B(?=.*\\d)[0-9A-Z]{9}");

    /** {@code ="0306406152"}, by which people keep Excel from making a number of it, {@code '0306406152}, and quotes that quote nothing. */
    private static final Pattern AS_TEXT = Pattern.compile("=?\\s*\"+([^\"]*)\"+|'(.*)");

    private static final Pattern TEN = Pattern.compile("\\d{9}[\\dX]");
    private static final String WRONG_DIGIT = " is no ISBN: its check digit is wrong";

    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\p{Cf}]+");
    private static final Pattern DASHES = Pattern.compile("[-\u2010-\u2015\u2212]");

    /** Grouped as on a book's back, where the check digit stands alone; a phone number is not. */
    private static final Pattern GROUPED = Pattern.compile("(97[89]-)?(\\d{1,7}-\\d{1,7}-\\d{1,7}-[\\dX]|\\d{9}-[\\dX]|\\d{10})");

    /** A number that lost its leading zeros; a shorter one may be anything. */
    private static final Pattern LOST_ZEROS = Pattern.compile("[1-9]\\d{5,7}[\\dX]");

    private static final Pattern ROUNDED = Pattern.compile("\\d([.,]\\d+)?E\\+?\\d+");
    private static final Pattern OF_A_NUMBER = Pattern.compile("(\\d{7,13})\\.0+");
    private static final int LONGEST_SHOWN = 40;

    /**
     * Reads one cell.
     *
     * @param lostZeros whether a number of seven to nine digits may be an ISBN whose leading zeros a spreadsheet dropped: only
     *                  where nothing else is expected
     */
    static AsinCell read(String cell, boolean lostZeros) {
        String text = plain(cell);
        if (ASIN.matcher(text).matches()) {
            return new AsinCell(text, null);
        }
        if (ROUNDED.matcher(text).matches()) {
            return none(cell, "was rounded by the spreadsheet: make its column text, and export it again");
        }
        String grouped = DASHES.matcher(text.replace(' ', '-')).replaceAll("-");
        String digits = GROUPED.matcher(grouped).matches() ? grouped.replace("-", "") : text;
        if (TEN.matcher(digits).matches()) {
            return isIsbn(digits) ? new AsinCell(digits, null) : none(cell, WRONG_DIGIT.strip());
        }
        if (digits.matches("\\d{13}")) {
            return ean(cell, digits);
        }
        if (lostZeros && LOST_ZEROS.matcher(digits).matches()) {
            String padded = "0".repeat(AsinList.LENGTH - digits.length()) + digits;
            return isIsbn(padded) ? new AsinCell(padded, null) : none(cell, "is no ISBN, also with zeros in front of it");
        }
        return none(cell, text.isEmpty() ? "is empty" : "is neither an ASIN nor an ISBN");
    }

    /**
     * Lets pass what is an ISBN or has not the shape of one.
     *
     * @param code in capitals
     * @throws IllegalArgumentException for ten digits, the last of which may be an X, that are no ISBN
     */
    static void requireCheckDigit(String code) {
        if (TEN.matcher(code).matches() && !isIsbn(code)) {
            throw new IllegalArgumentException("Not an ASIN: " + code + WRONG_DIGIT);
        }
    }

    boolean isAsin() {
        return asin != null;
    }

    /** Whether there is nothing in a cell that a person would see. */
    static boolean isBlank(String cell) {
        return plain(cell).isEmpty();
    }

    private static String plain(String cell) {
        String text = BLANKS.matcher(cell).replaceAll(" ").strip();
        Matcher asText = AS_TEXT.matcher(text);
        if (asText.matches()) {
            text = (asText.group(1) == null ? asText.group(2) : asText.group(1)).strip();
        }
        Matcher number = OF_A_NUMBER.matcher(text);
        return (number.matches() ? number.group(1) : text).toUpperCase(Locale.ROOT);
    }

    private static AsinCell ean(String cell, String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            sum += (digits.charAt(i) - '0') * (i % 2 == 0 ? 1 : 3);
        }
        if (sum % 10 != 0) {
            return none(cell, "is neither an ISBN nor an EAN: its check digit is wrong");
        }
        if (digits.startsWith("978")) {
            return new AsinCell(isbn10(digits.substring(3, 12)), null);
        }
        return none(cell, digits.startsWith("979") ? "is an ISBN that has no form of ten digits, and so no ASIN that follows from it"
                : "is an EAN, and no ASIN follows from it");
    }

    private static String isbn10(String nine) {
        int check = (11 - sum(nine) % 11) % 11;
        return nine + (check == 10 ? "X" : String.valueOf(check));
    }

    private static boolean isIsbn(String ten) {
        return !ten.startsWith("000000000") && isbn10(ten.substring(0, 9)).equals(ten);
    }

    private static int sum(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            sum += (AsinList.LENGTH - i) * (digits.charAt(i) - '0');
        }
        return sum;
    }

    private static AsinCell none(String cell, String why) {
        String shown = BLANKS.matcher(cell).replaceAll(" ").strip();
        return new AsinCell(null, (shown.isEmpty() ? "the cell" : "“" + shortened(shown) + "”") + " " + why);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}
