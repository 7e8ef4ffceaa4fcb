package dev.tollgate.gateway.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.tollgate.database.CountColumns;
import dev.tollgate.gateway.ListPage;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.admin.TokenTable.Row;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.TokenDirectory;
import dev.tollgate.logging.Redactor;
import dev.tollgate.secret.SecretCipher;
import dev.tollgate.secret.SecretUnreadableException;
import dev.tollgate.secret.Secrets;

/** The steps of {@code /admin/tokens}: the companies' keys at their providers. A key goes in and never comes out. */
@Component("adminTokens")
public class AdminTokens {

    private static final List<String> STATUSES = List.of("Active", "BelowThreshold", "Expired", "Exceeded", "Disabled");

    /** What fits the column once encrypted. */
    private static final int MAX_KEY = 337;

    private final TokenTable table;
    private final AdminAudit audit;
    private final SecretCipher cipher;
    private final TransactionTemplate transaction;
    private final CountColumns columns;
    private final Ledger ledger;
    private final TokenDirectory directory;

    AdminTokens(TokenTable table, AdminAudit audit, SecretCipher apiKeyCipher, TransactionTemplate transaction,
            CountColumns columns, Ledger ledger, TokenDirectory directory) {
        this.ledger = ledger;
        this.directory = directory;
        this.columns = columns;
        this.table = table;
        this.audit = audit;
        this.cipher = apiKeyCipher;
        this.transaction = transaction;
    }

    /** A page of them by TokenID; {@code q} is looked for in CompanyID, CompanyName, Provider and Status. */
    public List<Map<String, Object>> list(Exchange exchange) {
        ListPage page = ListPage.of(exchange);
        ledger.catchUp();
        return page.cut(table.some(page), Row::id, "/admin/tokens", exchange).stream().map(this::shown).toList();
    }

    /** A new token is Active. */
    public Map<String, Object> create(@Body byte[] body, Exchange exchange) {
        Fields fields = Fields.read(body, "CompanyID", "CompanyName", "ApiKey", "Provider", "TotalTokenLimit", "Threshold");
        String company = fields.required("CompanyID", 50);
        String name = fields.optional("CompanyName", 200).orElse(null);
        String provider = fields.required("Provider", 100);
        long limit = fields.number("TotalTokenLimit", 1, columns.mostOfToken()).orElse(TokenTable.DEFAULT_LIMIT);
        long threshold = fields.number("Threshold", 0, columns.most("TokenUsageSummary", "Threshold")).orElse(TokenTable.DEFAULT_THRESHOLD);
        String stored = stored(key(fields).orElseThrow(() -> Refusal.of(400, "ApiKey is missing. Send it as a text.")));
        Row row = transaction.execute(status -> {
            long id = table.insert(company, name, stored, provider, limit, threshold);
            audit.write(exchange, "token.create", "token " + id, "CompanyID=%s, Provider=%s, TotalTokenLimit=%d, Threshold=%d"
                    .formatted(company, provider, limit, threshold));
            return table.find(id).orElseThrow();
        });
        directory.expire();
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 201);
        exchange.getMessage().setHeader("Location", "/admin/tokens/" + row.id());
        return shown(row);
    }

    /** Changes what is given. A token that was Exceeded is Active again when its new limit leaves room. */
    public Map<String, Object> change(@Header("id") String id, @Body byte[] body, Exchange exchange) {
        Fields fields = Fields.read(body, "Status", "TotalTokenLimit", "Threshold", "ApiKey");
        if (fields.isEmpty()) {
            throw Refusal.of(400, "Nothing to change. Send Status, TotalTokenLimit, Threshold or ApiKey.");
        }
        long tokenId = id(id);
        Optional<String> status = fields.oneOf("Status", STATUSES);
        Optional<Long> limit = fields.number("TotalTokenLimit", 1, columns.mostOfToken());
        Optional<Long> threshold = fields.number("Threshold", 0, columns.most("TokenUsageSummary", "Threshold"));
        Optional<String> key = key(fields).map(this::stored);
        ledger.catchUp();
        Row changed = transaction.execute(open -> {
            Row before = table.find(tokenId).orElseThrow(AdminTokens::noSuchToken);
            List<String> changes = new ArrayList<>();
            threshold.ifPresent(value -> {
                table.changeThreshold(tokenId, value);
                changes.add("Threshold=" + value);
            });
            limit.ifPresent(value -> {
                table.changeLimit(tokenId, value);
                changes.add("TotalTokenLimit=" + value);
            });
            status.or(() -> reopened(before, limit)).ifPresent(value -> {
                table.changeStatus(tokenId, value);
                changes.add("Status=" + value);
            });
            key.ifPresent(value -> {
                table.changeKey(tokenId, value);
                changes.add("ApiKey replaced");
            });
            audit.write(exchange, "token.change", "token " + tokenId, String.join(", ", changes));
            return table.find(tokenId).orElseThrow(AdminTokens::noSuchToken);
        });
        directory.expire();
        return shown(changed);
    }

    private static Optional<String> reopened(Row before, Optional<Long> limit) {
        boolean room = before.status() != null && "Exceeded".equalsIgnoreCase(before.status().strip()) && limit.filter(value -> value > before.used()).isPresent();
        return room ? Optional.of("Active") : Optional.empty();
    }

    private static Optional<String> key(Fields fields) {
        Optional<String> key = fields.optional("ApiKey", MAX_KEY);
        key.ifPresent(text -> {
            if (!text.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw Refusal.of(400, "ApiKey must be printable ASCII without spaces. Copy it again.");
            }
        });
        return key;
    }

    private String stored(String key) {
        Redactor.register(key); // an upstream may repeat it from now on
        return cipher.encrypt(key);
    }

    private static long id(String id) {
        try {
            return Math.toIntExact(Long.parseLong(id));
        }
        catch (NumberFormatException | ArithmeticException noNumber) {
            throw noSuchToken();
        }
    }

    private static Refusal noSuchToken() {
        return Refusal.of(404, "There is no token with this id. GET /admin/tokens lists them.");
    }

    private Map<String, Object> shown(Row row) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("TokenID", row.id());
        answer.put("CompanyID", row.companyId());
        answer.put("CompanyName", row.companyName());
        answer.put("ApiKey", lastFour(row.apiKey()));
        answer.put("Provider", row.provider());
        answer.put("TotalTokenLimit", row.limit());
        answer.put("Threshold", row.threshold());
        answer.put("TotalUsedTokens", row.used());
        answer.put("TotalRemainingTokens", row.remaining());
        answer.put("Status", row.status());
        answer.put("CreatedAt", row.createdAt() == null ? null : row.createdAt().toString());
        return answer;
    }

    private String lastFour(@Nullable String stored) {
        try {
            return Secrets.lastFour(stored == null ? null : cipher.decrypt(stored));
        }
        catch (SecretUnreadableException e) {
            return Secrets.lastFour(null);
        }
    }
}
