package dev.tollgate.store;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Writes a state that is a record of plain values as JSON, so that an engineer can read the file. Fields it does not
 * know are skipped, so that an older release starts on a newer file.
 *
 * @param <S> a record
 */
public final class JsonCodec<S> implements StateCodec<S> {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final Class<S> type;

    public JsonCodec(Class<S> type) {
        this.type = type;
    }

    @Override
    public byte[] encode(S state) {
        try {
            return MAPPER.writeValueAsBytes(state);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A " + type.getSimpleName() + " cannot be written as JSON", e);
        }
    }

    @Override
    public S decode(byte[] bytes) throws IOException {
        S state = MAPPER.readValue(bytes, type);
        if (state == null) {
            throw new IOException("No " + type.getSimpleName() + " in the file");
        }
        return state;
    }
}
