package dev.tollgate.jobs;

import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An order that somebody gives.
 *
 * @param type   the {@link JobKind} of it
 * @param fields of the order, without its items
 * @param items  each once, in order; null when it has no such list
 * @param owner  id of the key that orders, {@link Job#OPERATOR} for whoever runs the gateway
 * @param id     of the job: letters, digits and hyphens; ordered again under the same one it is the job that is there already
 * @param note   what is told of it as long as the job is there; null: nothing
 */
public record NewJob(String type, JsonNode fields, AsinList items, String owner, String id, String note) {

    /** An order with an id of its own. */
    public NewJob(String type, JsonNode fields, AsinList items, String owner) {
        this(type, fields, items, owner, UUID.randomUUID().toString(), null);
    }

    /** The order of a file that somebody dropped or named, for the operator. */
    public static NewJob of(String type, JsonNode fields, AsinSheet sheet, String name) {
        return new NewJob(type, fields, sheet.asins(), Job.OPERATOR, UUID.randomUUID().toString(), sheet.summary(name));
    }

    /** The same under another id. */
    public NewJob named(String other) {
        return new NewJob(type, fields, items, owner, other, note);
    }
}
