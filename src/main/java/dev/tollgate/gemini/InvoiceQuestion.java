package dev.tollgate.gemini;

import java.io.IOException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.BodiesInMemory;

/** Builds the body of {@code generateContent}: the file inline, the prompt and the schema asked for. */
@Component("invoiceQuestion")
record InvoiceQuestion(ObjectMapper json) {

    /**
     * @param upload the file
     * @param prompt text of {@code routes/gemini/invoice-prompt.txt}
     * @param schema text of {@code routes/gemini/invoice-schema.json}
     * @throws IOException if the schema file is not JSON
     */
    public byte[] ask(@ExchangeProperty(UploadGuard.UPLOAD) InvoiceUpload upload, @Variable("prompt") String prompt,
            @Variable("schema") String schema, Exchange exchange) throws IOException {
        ObjectNode body = json.createObjectNode();
        var parts = body.putArray("contents").addObject().put("role", "user").putArray("parts");
        parts.addObject().putObject("inlineData").put("mimeType", upload.mimeType())
                .put("data", upload.content()); // written as base64, without a text of it in between
        parts.addObject().put("text", prompt);
        ObjectNode config = body.putObject("generationConfig");
        config.put("temperature", 0).put("responseMimeType", "application/json");
        config.set("responseJsonSchema", json.readTree(schema));
        byte[] question = json.writeValueAsBytes(body);
        BodiesInMemory.addTo(exchange, question);
        return question;
    }
}
