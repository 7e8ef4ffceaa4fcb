package dev.tollgate.gemini;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The kinds of file that Gemini reads as a document, told by their first bytes and never by name or header.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/document-processing">Gemini: document processing</a>
 */
enum InvoiceFileType {

    PDF("application/pdf"), PNG("image/png"), JPEG("image/jpeg"), WEBP("image/webp"), HEIC("image/heic"),
    HEIF("image/heif");

    /** PDF readers accept leading bytes before the header, up to this many (ISO 32000, implementation note 13). */
    private static final int PDF_HEADER_WITHIN = 1024;

    private final String mimeType;

    InvoiceFileType(String mimeType) {
        this.mimeType = mimeType;
    }

    String mimeType() {
        return mimeType;
    }

    static Optional<InvoiceFileType> of(byte[] file) {
        String head = new String(file, 0, Math.min(file.length, PDF_HEADER_WITHIN), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        }
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        }
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return Optional.of(WEBP);
        }
        if (head.startsWith("ftyp", 4)) {
            return ofBrand(head.substring(8, Math.min(12, head.length())));
        }
        return head.contains("%PDF-") ? Optional.of(PDF) : Optional.empty();
    }

    /** Major brands of ISO/IEC 23008-12. */
    private static Optional<InvoiceFileType> ofBrand(String brand) {
        return switch (brand) {
            case "heic", "heix", "hevc", "hevx", "heim", "heis" -> Optional.of(HEIC);
            case "mif1", "msf1" -> Optional.of(HEIF);
            default -> Optional.empty();
        };
    }
}
