/**
 * The xAI policy: a daily cap that is never exceeded, and answers that are never paid for twice.
 *
 * <p>The routes in {@code routes/xai/} say the order, the beans below do each step. Spring names them:
 * <table>
 * <caption>Beans for routes</caption>
 * <tr><td>{@code judge}</td><td>{@link dev.tollgate.xai.JudgePolicy}: read, request, settle, fallback, answer</td></tr>
 * <tr><td>{@code verdicts}</td><td>{@link dev.tollgate.xai.VerdictRepository}: for {@code idempotentConsumer}</td></tr>
 * <tr><td>{@code learn}</td><td>{@link dev.tollgate.xai.LearnPolicy}: request, answer</td></tr>
 * <tr><td>{@code xaiDropIn}</td><td>{@link dev.tollgate.xai.XaiDropIn}: read, worthKeeping</td></tr>
 * <tr><td>{@code judgeBooks}, {@code learnBooks}, {@code xaiDropInBooks}</td><td>policies: what a call used and cost into the
 * ledger</td></tr>
 * <tr><td>{@code xaiKey}, {@code xaiUpstream}</td><td>whether there is a key, and what an answer's status means</td></tr>
 * <tr><td>{@code xaiProblem}</td><td>{@link dev.tollgate.xai.XaiProblem}: errors as answers, in two dialects</td></tr>
 * <tr><td>{@code judgeBreaker}, {@code learnBreaker}</td><td>breakers</td></tr>
 * </table>
 *
 * <p>A route's circuit breaker here has no {@code onFallback}: there an open breaker and a failed call look alike (the
 * short-circuit property is set for both, the exception is missing for the first). Quota and call stand inside the retry,
 * and the retry inside the breaker, so that an open breaker counts nothing and every repetition counts.
 */
package dev.tollgate.xai;
