package dev.tollgate.gemini;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class InvoiceFileTypeTest {

    static Stream<Arguments> heads() {
        return Stream.of(
                arguments("%PDF-1.4\n", "application/pdf"),
                arguments("%PDF-", "application/pdf"),
                arguments("\u00ef\u00bb\u00bf%PDF-1.7", "application/pdf"),
                arguments("\r\n\r\n%PDF-1.7", "application/pdf"),
                arguments("\u0089PNG\r\n\u001a\n", "image/png"),
                arguments("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "image/png"),
                arguments("\u00ff\u00d8\u00ff", "image/jpeg"),
                arguments("\u00ff\u00d8\u00ff\u00e1..Exif", "image/jpeg"),
                arguments("RIFF\1\2\3\4WEBP", "image/webp"),
                arguments("RIFF\1\2\3\4WEBPVP8L", "image/webp"));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void theFirstBytesDecide(String head, String mimeType) {
        assertThat(InvoiceFileType.of(head.getBytes(ISO_8859_1))).map(InvoiceFileType::mimeType).contains(mimeType);
    }

    @ParameterizedTest
    @ValueSource(strings = { "heic", "heix", "hevc", "hevx", "heim", "heis" })
    void aHeicBrandIsHeic(String brand) {
        assertThat(InvoiceFileType.of(withBrand(brand))).contains(InvoiceFileType.HEIC);
    }

    @ParameterizedTest
    @ValueSource(strings = { "mif1", "msf1" })
    void aHeifBrandIsHeif(String brand) {
        assertThat(InvoiceFileType.of(withBrand(brand))).contains(InvoiceFileType.HEIF);
    }

    @ParameterizedTest
    @ValueSource(strings = { "isom", "mp42", "qt  ", "avif", "crx ", "HEIC", "hei", "" })
    void anotherBrandOfTheSameContainerIsRefused(String brand) {
        assertThat(InvoiceFileType.of(withBrand(brand))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "%", "%PDF", "%pdf-1.4", "\u0089", "\u0089PNG", "\u0089PNG\n\u001a\n", "PNG\r\n\u001a\n",
            "\u00ff", "\u00ff\u00d8", "RIFF", "RIFF....", "RIFF....WEB", "RIFF....WAVE", "RIFF...WEBP", "\0\0\0\u0018",
            "\0\0\0\u0018ftyp", "ftypheic", "GIF89a", "BM......", "II*\0", "PK\3\4", "{\\rtf1", "<html>", "INVOICE 42" })
    void whatIsCutOffOrOfAnotherKindIsRefused(String head) {
        assertThat(InvoiceFileType.of(head.getBytes(ISO_8859_1))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 512, 1019 })
    void aPdfHeaderMayComeLateWithinTheFirst1024Bytes(int before) {
        assertThat(InvoiceFileType.of(("\n".repeat(before) + "%PDF-1.4").getBytes(ISO_8859_1)))
                .contains(InvoiceFileType.PDF);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1020, 1024, 5000 })
    void aPdfHeaderBehindTheFirst1024BytesIsNone(int before) {
        assertThat(InvoiceFileType.of(("\n".repeat(before) + "%PDF-1.4").getBytes(ISO_8859_1))).isEmpty();
    }

    private static byte[] withBrand(String brand) {
        return ("\0\0\0\u0018ftyp" + brand + (brand.length() < 4 ? "" : "\0\0\0\0mif1heic")).getBytes(ISO_8859_1);
    }
}
