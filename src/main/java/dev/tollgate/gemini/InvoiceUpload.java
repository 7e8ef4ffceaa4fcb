package dev.tollgate.gemini;

/**
 * One invoice to read, as it passed the guard.
 *
 * @param companyId whose keys pay
 * @param username who asks; written to the ledger as RequestedBy
 * @param branch written to the ledger; {@code Default} where the caller names none
 * @param mimeType told by the file's first bytes
 * @param content the file
 */
public record InvoiceUpload(String companyId, String username, String branch, String mimeType, byte[] content) {

    @Override
    public String toString() {
        return "invoice of %s by %s (%s, %d bytes)".formatted(companyId, username, mimeType, content.length);
    }
}
