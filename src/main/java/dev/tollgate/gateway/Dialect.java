package dev.tollgate.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * How each API says no, so that its official clients understand a refusal made before any route, and do not repeat what
 * will be refused again.
 *
 * <ul>
 * <li>Keepa's Java client repeats 401, 403 and every other status that it does not know, for ever. So a bad key is 400 as
 * at Keepa itself, a key that may not do this 402 ("a key without API plan"), and only "later" is 429, with the wait in
 * {@code refillIn}. It also inflates every body, so whoever accepts gzip gets gzip.</li>
 * <li>OpenAI's and Anthropic's clients, Vercel's AI SDK and LangChain repeat 408, 409, 429 and 5xx; {@code X-Should-Retry: false}
 * stops the first two only, so what will be refused again is another status: 403 for a day that is spent, as xAI answers a
 * team that has reached its limit.</li>
 * <li>google-genai repeats 408, 429 and 5xx, and reads {@code error.message}; Google says in {@code RetryInfo} when to
 * come back.</li>
 * <li>Amazon's SDK repeats nothing; its token client wants {@code error} and {@code error_description}.</li>
 * </ul>
 */
public enum Dialect {

    KEEPA("/keepa") {
        @Override
        public int status(Refusal no) {
            return switch (no.getStatus()) {
                case 403 -> 402;
                case 404, 405, 429 -> no.getStatus();
                default -> no.getStatus() < 500 ? 400 : no.getStatus();
            };
        }

        /** All zeros, as Keepa answers a bad key: no reading of the balance. */
        @Override
        public Map<String, Object> body(Refusal no, String requestId) {
            boolean later = no.getRetryAfterSeconds() != null;
            Map<String, Object> body = map("timestamp", Clock.systemUTC().millis(), "tokensLeft", 0,
                    "refillIn", later ? no.getRetryAfterSeconds() * 1000 : 0, "refillRate", later ? 1 : 0,
                    "tokenFlowReduction", 0.0, "tokensConsumed", 0, "processingTimeInMs", 0);
            body.put("error", map("type", status(no) == 402 ? "paymentRequired" : "invalidParameter",
                    "message", no.getMessage(), "details", ""));
            return body;
        }
    },

    /** xAI's endpoint for Anthropic's clients, whose errors are theirs. */
    XAI_MESSAGES("/xai/v1/messages") {
        @Override
        public Map<String, Object> body(Refusal no, String requestId) {
            String type = switch (no.getStatus()) {
                case 401 -> "authentication_error";
                case 403 -> "permission_error";
                case 404 -> "not_found_error";
                case 413 -> "request_too_large";
                case 429 -> "rate_limit_error";
                case 503 -> "overloaded_error";
                case 504 -> "timeout_error";
                default -> no.getStatus() < 500 ? "invalid_request_error" : "api_error";
            };
            return map("type", "error", "error", map("type", type, "message", no.getMessage()));
        }

        @Override
        void headers(Refusal no, HttpServletResponse response) {
            XAI.headers(no, response);
        }
    },

    XAI("/xai") {
        @Override
        public Map<String, Object> body(Refusal no, String requestId) {
            String code = switch (no.getStatus()) {
                case 401 -> "unauthenticated";
                case 403 -> "permission-denied";
                case 404 -> "not-found";
                case 429 -> "resource-exhausted";
                case 500 -> "internal";
                case 504 -> "deadline-exceeded";
                default -> no.getStatus() < 500 ? "invalid-argument" : "unavailable";
            };
            return map("code", code, "error", no.getMessage());
        }

        @Override
        void headers(Refusal no, HttpServletResponse response) {
            super.headers(no, response);
            if (no.getRetryAfterSeconds() == null) {
                response.setHeader("X-Should-Retry", "false");
            }
        }
    },

    GEMINI("/gemini") {
        @Override
        public Map<String, Object> body(Refusal no, String requestId) {
            String status = switch (no.getStatus()) {
                case 401 -> "UNAUTHENTICATED";
                case 403 -> "PERMISSION_DENIED";
                case 404 -> "NOT_FOUND";
                case 429 -> "RESOURCE_EXHAUSTED";
                case 500 -> "INTERNAL";
                case 504 -> "DEADLINE_EXCEEDED";
                default -> no.getStatus() < 500 ? "INVALID_ARGUMENT" : "UNAVAILABLE";
            };
            Map<String, Object> error = map("code", no.getStatus(), "message", no.getMessage(), "status", status);
            if (no.getRetryAfterSeconds() != null) {
                error.put("details", List.of(map("@type", "type.googleapis.com/google.rpc.RetryInfo",
                        "retryDelay", no.getRetryAfterSeconds() + "s")));
            }
            return map("error", error);
        }
    },

    SP_API("/sp-api") {
        @Override
        public Map<String, Object> body(Refusal no, String requestId) {
            String code = switch (no.getStatus()) {
                case 401, 403 -> "Unauthorized";
                case 404 -> "NotFound";
                case 413 -> "RequestTooLarge";
                case 415 -> "UnsupportedMediaType";
                case 429 -> "QuotaExceeded";
                case 503 -> "ServiceUnavailable";
                default -> no.getStatus() < 500 ? "InvalidInput" : "InternalFailure";
            };
            boolean denied = no.getStatus() == 403; // its reason is where clients look for the end of a token
            return map("errors", List.of(map("code", code,
                    "message", denied ? "Access to requested resource is denied." : no.getMessage(),
                    "details", denied ? no.getMessage() : "")));
        }
    },

    TOKEN_ENDPOINT("/auth/o2/token") {
        @Override
        public Map<String, Object> body(Refusal no, String requestId) {
            String error = no.getStatus() >= 500 || no.getStatus() == 429 ? "temporarily_unavailable" : "invalid_request";
            return map("error", error, "error_description", no.getMessage(), "request_id", requestId);
        }
    },

    /** The gateway's own paths. */
    ENVELOPE("") {
        @Override
        public Map<String, Object> body(Refusal no, String requestId) {
            return map("status", "error", "message", no.getMessage(), "data", null, "requestId", requestId);
        }

        @Override
        void headers(Refusal no, HttpServletResponse response) {
            super.headers(no, response);
            if (no.getStatus() == 401) {
                response.setHeader("WWW-Authenticate", "Bearer realm=\"tollgate\"");
            }
        }
    };

    /**
     * Attribute of a request whose headers were not read, so that nobody knows what its sender can unzip. Keepa's own clients
     * can, and some cannot do without.
     */
    public static final String HEADERS_UNREAD = Dialect.class.getName() + ".headersUnread";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Dialect[] ALL = values();

    private final String root;

    Dialect(String root) {
        this.root = root;
    }

    /** The dialect of a request's path; of one that is refused, for the shape of that answer, how it is written. */
    public static Dialect of(HttpServletRequest request) {
        RequestPath path = RequestPath.of(request);
        return of(path.refusal().isPresent() ? path.raw() : path.value());
    }

    /** The dialect of a path as somebody wrote it. */
    public static Dialect of(String text) {
        for (Dialect dialect : ALL) {
            String root = dialect.root;
            if (text.startsWith(root) && (text.length() == root.length() || text.charAt(root.length()) == '/')) {
                return dialect;
            }
        }
        return ENVELOPE;
    }

    /** Answers a refusal; does nothing when an answer is on its way already. */
    public void write(HttpServletRequest request, HttpServletResponse response, Refusal no) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(status(no));
        headers(no, response);
        byte[] bytes = JSON.writeValueAsBytes(body(no, response.getHeader(RequestIds.HEADER)));
        String accepted = request.getHeader("Accept-Encoding");
        boolean gzip = accepted == null ? request.getAttribute(HEADERS_UNREAD) != null : accepted.contains("gzip");
        if (this == KEEPA && gzip) {
            response.setHeader("Content-Encoding", "gzip");
            bytes = gzip(bytes);
        }
        response.setContentType("application/json");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /** Makes a refusal a route's answer: sets status and {@code Retry-After}, and returns what stands in the body. */
    public Map<String, Object> answer(Refusal no, Exchange exchange) {
        Message answer = exchange.getMessage();
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, status(no));
        answer.setHeader("Retry-After", no.getRetryAfterSeconds());
        return body(no, exchange.getProperty(RequestIds.HEADER, String.class));
    }

    /** The status with which this API's clients understand it. */
    public int status(Refusal no) {
        return no.getStatus();
    }

    /** What stands in the answer's body; routes that answer for an API themselves use it, too. */
    public abstract Map<String, Object> body(Refusal no, String requestId);

    void headers(Refusal no, HttpServletResponse response) {
        if (no.getRetryAfterSeconds() != null) {
            response.setHeader("Retry-After", no.getRetryAfterSeconds().toString());
        }
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
