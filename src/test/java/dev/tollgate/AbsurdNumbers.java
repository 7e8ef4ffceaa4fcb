package dev.tollgate;

import java.util.stream.Stream;

/** What no upstream should put where a number belongs, as JSON: every place that reads one is shown all of them. */
public final class AbsurdNumbers {

    private AbsurdNumbers() {
    }

    public static Stream<String> json() {
        return Stream.of("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-1", "2147483648", "4294967296",
                "1e18", "1e19", "1e308", "1e999", "1e999999999", "-1e999999999", "1e-999999999", "0.5", "12.75", "-0.5",
                "99999999999999999999999999999999999999", "\"9223372036854775807\"", "\"-5\"", "\"many\"", "\"\"", "\"NaN\"",
                "\"Infinity\"", "\"1e400\"", "true", "[]", "[7]", "{}", "{\"value\":7}");
    }

    /** The same as a header would carry them. */
    public static Stream<String> texts() {
        return json().map(value -> value.replace("\"", ""));
    }
}
