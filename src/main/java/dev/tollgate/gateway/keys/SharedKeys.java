package dev.tollgate.gateway.keys;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.Revision;

/** Tells the other nodes of a revoked key, and hears of theirs within a heartbeat. */
@Component
@ConditionalOnProperty("tollgate.cluster.enabled")
class SharedKeys {

    SharedKeys(Cluster cluster, GatewayKeys keys, KeyOffice office) {
        Revision revoked = cluster.revision("keys");
        revoked.onChange(keys::readAgain);
        office.tellOthers(revoked::grow);
    }
}
