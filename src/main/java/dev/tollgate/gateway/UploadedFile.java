package dev.tollgate.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import jakarta.activation.DataSource;
import org.springframework.web.multipart.MultipartFile;

/** A part of a multipart request, read where the container keeps it. */
public record UploadedFile(MultipartFile file) implements DataSource {

    @Override
    public InputStream getInputStream() throws IOException {
        return file.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() {
        throw new UnsupportedOperationException("An upload is read only");
    }

    @Override
    public String getContentType() {
        return file.getContentType() == null ? "application/octet-stream" : file.getContentType();
    }

    @Override
    public String getName() {
        return file.getOriginalFilename() == null ? "" : file.getOriginalFilename();
    }
}
