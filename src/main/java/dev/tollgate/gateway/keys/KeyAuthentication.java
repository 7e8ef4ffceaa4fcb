package dev.tollgate.gateway.keys;

import java.util.List;

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

import dev.tollgate.gateway.KeyHolder;

/** A caller who was found out. The credential itself is not kept. */
final class KeyAuthentication extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1;

    private final transient KeyHolder holder;

    KeyAuthentication(KeyHolder holder) {
        super(holder.admin() ? List.of(new SimpleGrantedAuthority("ROLE_ADMIN")) : List.of());
        this.holder = holder;
        setAuthenticated(true);
    }

    @Override
    public KeyHolder getPrincipal() {
        return holder;
    }

    /** Asked for with every request; else the whole holder would be made a text each time. */
    @Override
    public String getName() {
        return holder.id();
    }

    @Override
    public Object getCredentials() {
        return null;
    }
}
