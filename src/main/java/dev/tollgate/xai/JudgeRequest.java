package dev.tollgate.xai;

import java.math.BigDecimal;

import dev.tollgate.verdict.VerdictKey;

/**
 * Is this price reasonable for this title, in this category and season?
 *
 * @param title    as in the catalogue, up to 2,000 characters
 * @param category of the title
 * @param season   in which it sells best; empty for none
 * @param price    US dollars, 0 or more, at most 12 digits before the point; two decimals count
 */
public record JudgeRequest(String title, String category, String season, BigDecimal price) {

    /** The key under which its answer is kept; the same for all normal forms of a text and blanks around it. */
    public VerdictKey key() {
        return VerdictKey.of(VerdictKey.field(title), VerdictKey.field(category), VerdictKey.field(season), price);
    }
}
