/**
 * The xAI policy: a daily cap that is never exceeded, and answers that are never paid for twice.
 *
 * <p>A route says the order, the beans below do each step. Spring names them:
 * <table>
 * <caption>Beans for routes</caption>
 * <tr><td>{@code judge}</td><td>{@link dev.tollgate.xai.JudgePolicy}: read, cached, request, reading, settle, denied,
 * failedCall, answer, status</td></tr>
 * <tr><td>{@code judgeFlights}</td><td>{@link dev.tollgate.xai.FlightRepository}: one flight a key, for
 * {@code idempotentConsumer}</td></tr>
 * <tr><td>{@code xaiQuota}</td><td>{@link dev.tollgate.quota.DailyQuota}: take, giveBack, view</td></tr>
 * <tr><td>{@code verdictCache}</td><td>{@link dev.tollgate.verdict.VerdictCache}: lookup, save, view</td></tr>
 * <tr><td>{@code learn}</td><td>{@link dev.tollgate.xai.LearnPolicy}: read, request, reply</td></tr>
 * </table>
 *
 * <p>{@code /judge}, as a route would say it (variables in capitals are exchange variables):
 * <pre>
 * QUESTION  = judge.read(body)                              not accepted: 400 with QUESTION.message
 * JUDGEMENT = judge.cached(QUESTION)                        null: go on
 * idempotentConsumer QUESTION.key, judgeFlights, skipDuplicate false, completionEager true
 *   unless CamelDuplicateMessage                            a duplicate has JUDGEMENT already
 *     doTry
 *       body = judge.request(QUESTION)                      before the quota: a broken prompt costs nothing
 *       TOLL = xaiQuota.take()
 *       not granted: JUDGEMENT = judge.denied(QUESTION, TOLL)
 *       else circuitBreaker (throwExceptionWhenHalfOpenOrOpenState)
 *         to xai-call
 *         READING   = judge.reading(body)
 *         JUDGEMENT = judge.settle(QUESTION, READING)       on disk before anybody has it
 *     doCatch
 *       JUDGEMENT = judge.failedCall(TOLL, exception)
 * body = judge.answer(JUDGEMENT)
 * </pre>
 * The breaker has no {@code onFallback}: there an open breaker and a failed call look alike (the short-circuit property is
 * set for both, the exception is missing for the first), and only one of them may be given back to the quota.
 *
 * <p>{@code /xai/v1/**}: {@code xaiQuota.take()} before the call; a denial is answered with
 * {@link dev.tollgate.xai.XaiDenial}.
 */
package dev.tollgate.xai;
