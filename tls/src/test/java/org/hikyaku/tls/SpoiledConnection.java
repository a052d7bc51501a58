package org.hikyaku.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.hikyaku.net.Connection;
import org.hikyaku.net.ForwardingConnection;

/** A connection whose owner spoils one of the flights that it sends. */
final class SpoiledConnection extends ForwardingConnection {
    private final OutputStream out;
    private final Spoiler spoiler;
    private int flights;

    interface Spoiler {
        byte[] of(int flight, byte[] bytes) throws IOException;
    }

    SpoiledConnection(Connection connection, Spoiler spoiler) {
        super(connection);
        this.out = connection.output();
        this.spoiler = spoiler;
    }

    @Override
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(spoiler.of(flights++, Arrays.copyOfRange(bytes, offset, offset + length)));
            }
        };
    }
}
