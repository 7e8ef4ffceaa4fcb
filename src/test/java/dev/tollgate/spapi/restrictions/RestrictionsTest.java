package dev.tollgate.spapi.restrictions;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.spapi.SpApiError;
import dev.tollgate.spapi.restrictions.Restriction.Result;

import static org.assertj.core.api.Assertions.assertThat;

class RestrictionsTest {

    private static final List<String> BOTH = List.of("US", "CA");

    private static Result of(int status, String body) {
        return Restrictions.read(status, body, List.of("US")).get(0).result();
    }

    private static String restricted(String codes) {
        StringBuilder reasons = new StringBuilder();
        for (String code : codes.split(" ")) {
            reasons.append(reasons.isEmpty() ? "" : ",").append("{\"reasonCode\":\"").append(code).append("\",\"message\":\"m\"}");
        }
        return "{\"restrictions\":[{\"marketplaceId\":\"US\",\"conditionType\":\"used_good\",\"reasons\":[" + reasons + "]}]}";
    }

    @ParameterizedTest
    @CsvSource({"APPROVAL_REQUIRED, APPROVAL_REQUIRED", "NOT_ELIGIBLE, NOT_ELIGIBLE", "ASIN_NOT_FOUND, NOT_FOUND", "SOMETHING_NEW, ERROR",
            "APPROVAL_REQUIRED NOT_ELIGIBLE, NOT_ELIGIBLE", "APPROVAL_REQUIRED SOMETHING_NEW, ERROR", "NOT_ELIGIBLE ASIN_NOT_FOUND, NOT_FOUND"})
    void theGravestReasonDecides(String codes, Result result) {
        assertThat(of(200, restricted(codes))).isEqualTo(result);
    }

    @Test
    void onlyAnEmptyListIsAllowed() {
        assertThat(of(200, "{\"restrictions\":[]}")).isEqualTo(Result.ALLOWED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"200 | {}", "200 | ''", "200 | []", "200 | <html>", "200 | null", "200 | {\"restrictions\":null}",
            "200 | {\"restrictions\":{}}", "200 | {\"restrictions\":[{\"marketplaceId\":\"US\"}]}", "200 | {\"restrictions\":[{}]}",
            "200 | {\"errors\":[]}", "204 | {\"restrictions\":[]}", "429 | {\"restrictions\":[]}", "503 | ''", "404 | {\"errors\":[{\"code\":\"NotFound\"}]}"})
    void nothingElseIs(int status, String body) {
        assertThat(of(status, body)).isEqualTo(Result.ERROR);
        assertThat(of(status, null)).isEqualTo(Result.ERROR);
    }

    @Test
    void eachMarketplaceHasItsOwnVerdictWithReasonsAndLinks() {
        String body = """
                {"restrictions":[{"marketplaceId":"US","conditionType":"new_new","reasons":[{"message":"You need approval",
                "reasonCode":"APPROVAL_REQUIRED","links":[{"resource":"https://x","verb":"GET","title":"Request","type":"text/html"}]}]}]}
                """;

        List<Restriction> verdicts = Restrictions.read(200, body, BOTH);

        assertThat(verdicts).extracting(Restriction::marketplaceId).containsExactly("US", "CA");
        assertThat(verdicts).extracting(verdict -> verdict.result().text()).containsExactly("approval-required", "allowed");
        assertThat(verdicts.get(0).reasons()).containsExactly(new Restriction.Reason("new_new", "APPROVAL_REQUIRED", "You need approval",
                List.of(new Restriction.Link("https://x", "GET", "Request", "text/html"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{\"errors\":[{\"code\":\"BAD_REQUEST\",\"message\":\"Invalid 'asin' provided.\",\"details\":\"\"}]}",
            "[{\"code\":\"BAD_REQUEST\",\"message\":\"Invalid 'asin' provided.\"}]"})
    void bothShapesOfErrorsAreRead(String body) {
        assertThat(Restrictions.read(400, body, BOTH)).hasSize(2).allSatisfy(verdict -> {
            assertThat(verdict.result()).isEqualTo(Result.ERROR);
            assertThat(verdict.error()).isEqualTo("HTTP 400, BAD_REQUEST: Invalid 'asin' provided.");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"403 | The access token you provided has expired. | true",
            "403 | The access token you provided is revoked, malformed or invalid. | true", "403 | The token is revoked | true",
            "403 | The provided role is invalid. | false", "403 | Access token is missing in the request header. Invalid request. | false",
            "403 | Access token is missing in the request header. | false", "403 | '' | false",
            "400 | The access token you provided has expired. | false"})
    void onlyAnExpiredTokenIsWorthAnotherOne(int status, String details, boolean expired) {
        String body = "{\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"Access to requested resource is denied.\",\"details\":\"" + details + "\"}]}";

        assertThat(SpApiError.isTokenRefused(status, body)).isEqualTo(expired);
    }
}
