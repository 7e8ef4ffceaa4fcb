package dev.tollgate.gateway;

import java.util.Map;

/** One policy's part of {@code GET /status}: plain numbers, no secrets, cheap enough to be asked every second. */
public interface StatusSection {

    /** Key of this section in the snapshot. */
    String name();

    /** The policy as it is now. */
    Map<String, Object> snapshot();
}
