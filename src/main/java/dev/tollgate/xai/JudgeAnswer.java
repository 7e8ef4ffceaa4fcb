package dev.tollgate.xai;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * The answer of {@code POST /judge}.
 *
 * @param verdict    whether the price is reasonable
 * @param source     {@code cache}, {@code api} or {@code fallback}
 * @param reason     null for a fresh or cached answer
 * @param callsToday calls counted today
 * @param dailyLimit calls per day
 * @param resetsAt   ISO-8601; a text, so that no JSON library needs to know about times
 */
@JsonPropertyOrder({"verdict", "source", "reason", "callsToday", "dailyLimit", "resetsAt"})
public record JudgeAnswer(boolean verdict, Judgement.Source source, String reason, int callsToday, int dailyLimit,
                          String resetsAt) {
}
