/**
 * The xAI policy: a daily cap that is never exceeded, and answers that are never paid for twice.
 *
 * <p>The routes in {@code routes/xai/} say the order, the beans below do each step. Spring names them:
 * <table>
 * <caption>Beans for routes</caption>
 * <tr><td>{@code judge}</td><td>{@link dev.tollgate.xai.JudgePolicy}: read, cached, request, reading, settle, denied,
 * failedCall, answer</td></tr>
 * <tr><td>{@code judgeFlights}</td><td>{@link dev.tollgate.xai.FlightRepository}: one flight a key, for
 * {@code idempotentConsumer}</td></tr>
 * <tr><td>{@code learn}</td><td>{@link dev.tollgate.xai.LearnPolicy}: request, reply, answer</td></tr>
 * <tr><td>{@code xaiDropIn}</td><td>{@link dev.tollgate.xai.XaiDropIn}: read, address, meter, worthKeeping</td></tr>
 * <tr><td>{@code xaiToll}</td><td>{@link dev.tollgate.xai.XaiToll}: pay; as {@code onExceptionOccurredRef} it gives
 * back</td></tr>
 * <tr><td>{@code xaiKey}, {@code xaiUpstream}</td><td>the key, and what an answer's status means</td></tr>
 * <tr><td>{@code xaiBooks}</td><td>{@link dev.tollgate.xai.XaiBooks}: book, learning</td></tr>
 * <tr><td>{@code xaiProblem}</td><td>{@link dev.tollgate.xai.XaiProblem}: errors as answers, in two dialects</td></tr>
 * <tr><td>{@code judgeBreaker}, {@code learnBreaker}, {@code xaiRetry}, {@code xaiReplies}</td><td>breakers, retry and the
 * reply cache</td></tr>
 * </table>
 *
 * <p>A route's circuit breaker here has no {@code onFallback}: there an open breaker and a failed call look alike (the
 * short-circuit property is set for both, the exception is missing for the first). Quota and call stand inside the retry,
 * and the retry inside the breaker, so that an open breaker counts nothing and every repetition counts.
 */
package dev.tollgate.xai;
