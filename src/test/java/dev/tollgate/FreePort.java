package dev.tollgate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** For a server that cannot say itself which port it took, or that comes back to its own. */
public final class FreePort {

    /** Linux, macOS and Windows give the ends of outgoing connections ports from 32768 on; below, nobody takes one meanwhile. */
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;

    private FreePort() {
    }

    /** A port of the loopback address that nobody listened on a moment ago, and that no connection gets by chance. */
    public static int find() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
            catch (IOException taken) {
                // another one is not
            }
        }
    }
}
