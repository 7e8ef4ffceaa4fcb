package dev.tollgate.gateway;

import java.util.Map;


/** One policy's part of {@code GET /status}: plain numbers, no secrets, cheap enough to be asked every second. */
public interface StatusSection {

    /** Key of this section in the snapshot. */
    String name();

    /** The policy as it is now. */
    Map<String, Object> snapshot();

    /** The same, without what the reader may not see. */
    default Map<String, Object> snapshotFor(KeyHolder reader) {
        return snapshot();
    }
}
