package dev.tollgate.logging;

/** Lines as they turn up in logs, each with a secret that holds the letters of {@link #MARK}. */
final class PlantedSecrets {

    static final String MARK = "(?i)s3cr3t";

    static final String[] LINES = {
        "GET https://api.keepa.com/product?key=s3cr3tvalue&domain=1",
        "GET https://api.keepa.com/product?domain=1&key=s3cr3tvalue",
        "target=https%3A%2F%2Fapi.keepa.com%2Fproduct%3Fkey%3Ds3cr3tvalue%26domain%3D1",
        "key=s3cr3tvalue",
        "headers {CamelHttpQuery=key=s3cr3tvalue0123456789abc, x=1}",
        "Authorization: Bearer s3cr3tvalue",
        "authorization=[Bearer s3cr3tvalue]",
        "{\"Authorization\":\"Bearer s3cr3tvalue\"}",
        "{\\\"Authorization\\\":\\\"Bearer s3cr3tvalue\\\"}",
        "Authorization: Basic czNjcjN0s3cr3t==",
        "sent Bearer s3cr3t.value-x~1/2+3=",
        "x-goog-api-key: s3cr3tvalue",
        "{x-goog-api-key=s3cr3tvalue, Accept=*/*}",
        "{\"x-goog-api-key\":[\"s3cr3tvalue\"]}",
        "x-amz-access-token: s3cr3tvalue",
        "apiKey='s3cr3tvalue'",
        "ApiKey=s3cr3tvalue",
        "the key AIzaSys3cr3t-value_123 was refused",
        "caller tg_s3cr3tvalue is unknown",
        "token Atza|s3cr3tvalue and Atzr|s3cr3tvalue.",
        "refresh_token=Atzr%7Cs3cr3tvalue&grant_type=refresh_token",
        "xai-s3cr3tvalue0123456789",
        "xai-test-s3cr3t-value",
        "client_secret=s3cr3tvalue&client_id=amzn1",
        "{\"client_secret\": \"s3cr3tvalue\"}",
        "{\"refresh_token\":\"s3cr3t value\"}",
        "{\\\"access_token\\\":\\\"s3cr3tvalue\\\"}",
        "{access_token=s3cr3tvalue, expires_in=3600}",
        "%22access_token%22%3A%22s3cr3tvalue%22",
        "accessToken=s3cr3tvalue",
        "/callback?state=1&spapi_oauth_code=s3cr3tvalue",
        "jdbc:sqlserver://db;user=sa;password=s3cr3tvalue",
        "amzn1.oa2-cs.v1.s3cr3tvalue",
    };

    private PlantedSecrets() {
    }
}
