package dev.tollgate.gemini;

import java.io.IOException;
import java.io.InputStream;

import org.apache.camel.Exchange;
import org.apache.camel.attachment.Attachment;
import org.apache.camel.attachment.AttachmentMessage;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;

/**
 * First step of {@code /extract}: lets an upload pass, as {@link InvoiceUpload} in the exchange property
 * {@value #UPLOAD} and {@link Requester} in {@value Requester#PROPERTY}, or refuses it with the contract's message. Costs nothing and reaches no upstream.
 */
@Component("uploadGuard")
record UploadGuard(GeminiProperties properties) {

    /** Exchange property of the upload that passed. */
    public static final String UPLOAD = "upload";

    static final String FAILED = "Failed to process invoice";

    /** @throws Refusal 400 for a missing field or file, 413 for a file over the limit, 422 for another kind of file */
    public void check(Exchange exchange) throws IOException {
        String company = field(exchange, "companyID");
        String user = field(exchange, "username");
        if (company.isEmpty() || user.isEmpty()) {
            throw Refusal.of(400, "Please provide both companyID and username.");
        }
        Attachment file = exchange.getMessage(AttachmentMessage.class).getAttachmentObject("file");
        if (file == null) {
            throw Refusal.of(400, "Please provide a file.");
        }
        byte[] content = read(file);
        InvoiceFileType type = InvoiceFileType.of(content).orElseThrow(() -> Refusal.of(422, FAILED));
        String branch = field(exchange, "branch");
        exchange.setProperty(UPLOAD, new InvoiceUpload(type.mimeType(), content));
        exchange.setProperty(Requester.PROPERTY, new Requester(company, branch.isEmpty() ? "Default" : branch, user));
    }

    private byte[] read(Attachment file) throws IOException {
        int limit = Math.toIntExact(properties.maxFileSize().toBytes());
        try (InputStream in = file.getDataHandler().getInputStream()) {
            byte[] content = in.readNBytes(limit + 1);
            if (content.length > limit) {
                throw Refusal.of(413, FAILED);
            }
            return content;
        }
    }

    private static String field(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, "", String.class).strip();
    }
}
