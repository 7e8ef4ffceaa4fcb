package dev.tollgate.gateway.keys;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What callers may send.
 *
 * @param allowedHosts values of the header Host that are right besides loopback names with the gateway's port
 * @param maxUrlLength longest path with its query; more is answered with 414
 */
@ConfigurationProperties("tollgate")
record GatewayProperties(@DefaultValue List<String> allowedHosts, @DefaultValue("15KB") DataSize maxUrlLength) {
}
