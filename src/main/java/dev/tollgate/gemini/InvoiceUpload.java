package dev.tollgate.gemini;

/**
 * One invoice to read, as it passed the guard.
 *
 * @param mimeType told by the file's first bytes
 * @param content the file
 */
public record InvoiceUpload(String mimeType, byte[] content) {

    @Override
    public String toString() {
        return "invoice (%s, %d bytes)".formatted(mimeType, content.length);
    }
}
