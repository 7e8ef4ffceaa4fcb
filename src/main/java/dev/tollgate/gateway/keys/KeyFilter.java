package dev.tollgate.gateway.keys;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.logging.UnknownCaller;

/**
 * Finds out who calls. An address that presented too many wrong keys has to wait, and what it presents meanwhile is not
 * looked at, unless it is a key that was found good here lately: a colleague's typing errors lock nobody out.
 */
final class KeyFilter extends OncePerRequestFilter {

    private final AdminKey adminKey;
    private final GatewayKeys keys;
    private final List<TokenOfKey> tokens;
    private final FailedAttempts attempts;

    KeyFilter(AdminKey adminKey, GatewayKeys keys, List<TokenOfKey> tokens, FailedAttempts attempts) {
        this.adminKey = adminKey;
        this.keys = keys;
        this.tokens = tokens;
        this.attempts = attempts;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return PublicPaths.areFor(request) && !PublicPaths.isHealth(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            Optional<String> credential = Credentials.of(request);
            if (credential.isPresent()) {
                KeyHolder holder = identify(credential.get(), request);
                SecurityContextHolder.setContext(new SecurityContextImpl(new KeyAuthentication(holder)));
                UnknownCaller.isKnown();
            }
        }
        catch (Refusal no) {
            if (PublicPaths.isHealth(request)) {
                chain.doFilter(request, response); // as for anybody without a key
                return;
            }
            Dialect.of(request).write(request, response, no);
            return;
        }
        chain.doFilter(request, response);
    }

    private KeyHolder identify(String credential, HttpServletRequest request) {
        String address = request.getRemoteAddr();
        if (attempts.trustsAdmin(address) && adminKey.is(credential)) {
            attempts.trustAdmin(address);
            return KeyHolder.ADMIN;
        }
        if (isRemembered(credential)) {
            Optional<KeyHolder> known = holder(credential);
            if (known.isPresent()) {
                return known.get();
            }
        }
        if (tokens.stream().anyMatch(token -> token.hasEnded(credential))) {
            throw Refusal.of(403, "The access token you provided has expired.");
        }
        try (FailedAttempts.Look look = attempts.look(address)) {
            if (adminKey.is(credential)) {
                attempts.trustAdmin(address);
                return KeyHolder.ADMIN;
            }
            return holder(credential).orElseThrow(() -> {
                if (keyIdBehind(credential).isEmpty()) { // a token of a key that was revoked is no guess
                    look.wrong();
                }
                return Refusal.of(401, "The key is unknown, or was revoked. Ask the operator of this gateway for one.");
            });
        }
    }

    private Optional<KeyHolder> holder(String credential) {
        return keys.holderOf(credential).or(() -> keyIdBehind(credential).flatMap(keys::holderById));
    }

    private boolean isRemembered(String credential) {
        return keys.remembers(credential) || keyIdBehind(credential).filter(keys::remembersId).isPresent();
    }

    private Optional<String> keyIdBehind(String credential) {
        return tokens.stream().flatMap(token -> token.keyId(credential).stream()).findFirst();
    }
}
