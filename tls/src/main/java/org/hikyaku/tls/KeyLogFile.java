package org.hikyaku.tls;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A key log in a file, one line a secret: label, client random, secret (RFC 9850, the format of SSLKEYLOGFILE). The
 * file is made readable for its owner only; lines are added to one that exists.
 */
public final class KeyLogFile implements KeyLog, Closeable {
    private final FileChannel file;

    /** Keeps the lines of sessions on several threads whole. */
    private final ReentrantLock lock = new ReentrantLock();

    public KeyLogFile(Path path) throws IOException {
        FileAttribute<?>[] ownerOnly =
                path.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        file = FileChannel.open(path, EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), ownerOnly);
    }

    @Override
    public void secret(String label, byte[] clientRandom, byte[] secret) throws IOException {
        HexFormat hex = HexFormat.of();
        String line = label + " " + hex.formatHex(clientRandom) + " " + hex.formatHex(secret) + "\n";
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        lock.lock();
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
