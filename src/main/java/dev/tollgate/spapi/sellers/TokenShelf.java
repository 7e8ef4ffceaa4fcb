package dev.tollgate.spapi.sellers;

import java.time.Instant;

import dev.tollgate.oauth.AccessToken;

/** Where several gateways lay down access tokens for each other, so that each life is asked for once. */
interface TokenShelf {

    /** One gateway has its tokens for itself. */
    TokenShelf NONE = new TokenShelf() {

        @Override
        public Word claim(TokenKey key) {
            return new Word.Ask();
        }

        @Override
        public void lay(TokenKey key, AccessToken token, Instant renewAt) {
            // nobody looks for it
        }

        @Override
        public void leave(TokenKey key) {
            // nobody waits
        }

        @Override
        public void forget(TokenKey key) {
            // nothing is there
        }
    };

    /** What one who needs a token does. */
    sealed interface Word {

        /** It asks, for all. */
        record Ask() implements Word {
        }

        /**
         * It takes what another has asked for since.
         *
         * @param renewAt when to ask for the next
         */
        record Take(AccessToken token, Instant renewAt) implements Word {
        }

        /** Another asks just now: look again soon. */
        record Wait() implements Word {
        }
    }

    /** One needs another token than the one it took or laid down last. */
    Word claim(TokenKey key);

    /** What was asked for, for all. */
    void lay(TokenKey key, AccessToken token, Instant renewAt);

    /** There is no token: another may ask. */
    void leave(TokenKey key);

    /** Nobody is to have the token any more. */
    void forget(TokenKey key);
}
