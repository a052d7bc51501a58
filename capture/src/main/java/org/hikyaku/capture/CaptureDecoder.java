package org.hikyaku.capture;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.tcp.TcpReassembler;
import org.hikyaku.capture.tls.KeyFinder;

/**
 * Reads a capture to its end and tells a {@link DecodeListener} what was said on each connection.
 *
 * <p>One thread reads packets, several reassemble and decrypt, each its share of the connections, and the calling thread
 * tells the views. So one large connection is read and decrypted while what was decrypted before is looked at, and many
 * connections are decrypted side by side. Windows of the capture and chunks of what was found go round between them: few,
 * of fixed size, so that memory does not grow with the capture's length.
 */
public final class CaptureDecoder {
    /** More would wait for the one that reads. */
    private static final int MOST_WORKERS = 8;

    /** For threads to notice that they are no longer needed; one that waits for standard input never does. */
    private static final Duration PARTING = Duration.ofSeconds(2);

    private final KeyFinder finder;
    private final DecodeListener listener;
    private final int threads;
    private final List<String> warnings = new ArrayList<>();
    private int connections;
    private long packets;

    /** Uses the processors that there are. */
    public CaptureDecoder(KeyFinder finder, DecodeListener listener) {
        this(finder, listener, Math.min(Runtime.getRuntime().availableProcessors(), MOST_WORKERS));
    }

    /** @param threads that decrypt: what the listener hears does not depend on it */
    public CaptureDecoder(KeyFinder finder, DecodeListener listener, int threads) {
        this.finder = finder;
        this.listener = listener;
        this.threads = threads;
    }

    /**
     * Decodes all packets. The listener and its views are called on the calling thread only.
     *
     * @throws IOException when the capture cannot be read any further; what came before was told
     */
    public void decode(CaptureReader reader) throws IOException {
        List<DecodeWorker> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(new DecodeWorker(i, threads, finder, workers));
        }
        PacketFeed feed = new PacketFeed(
                reader, workers.stream().map(DecodeWorker::batches).toList());
        List<Thread> running = new ArrayList<>();
        running.add(Thread.ofPlatform().daemon().name("capture reader").unstarted(feed));
        for (DecodeWorker worker : workers) {
            running.add(Thread.ofPlatform().daemon().name("capture decoder").unstarted(worker));
        }
        EventMerger merger = new EventMerger(workers, listener);
        try {
            running.forEach(Thread::start);
            merger.run();
            feed.check();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("decoding was interrupted");
        } finally {
            connections = merger.connections();
            packets = feed.packets();
            stop(running);
            feed.warnings(warnings);
            warnings.addAll(reader.warnings());
            warn(workers);
        }
    }

    private static void stop(List<Thread> running) {
        running.forEach(Thread::interrupt);
        boolean interrupted = Thread.interrupted();
        for (Thread thread : running) {
            try {
                thread.join(PARTING);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void warn(List<DecodeWorker> workers) {
        long evicted = workers.stream().mapToLong(DecodeWorker::evicted).sum();
        if (evicted > 0) {
            warnings.add(evicted + " connections were given up before their end, because of the limit of "
                    + TcpReassembler.CONNECTIONS.value() + " " + TcpReassembler.CONNECTIONS.name());
        }
        if (finder.trialsRefused() > 0) {
            warnings.add("behind bytes that are missing, " + finder.trialsRefused()
                    + " searches for the next record were given up, because there were too many");
        }
        if (finder.handshakesShortened() > 0) {
            warnings.add(
                    "of " + finder.handshakesShortened()
                            + " connections parts of the handshake were given up, because too many handshakes were waiting at a time");
        }
        if (finder.recordsRefused() > 0) {
            warnings.add(finder.recordsRefused()
                    + " TLS records were given up before they were whole, because too many were waiting at a time");
        }
        long silent = workers.stream().mapToLong(DecodeWorker::silent).sum();
        if (silent > 0) {
            warnings.add(
                    silent == 1
                            ? "1 connection carried no data and is left out"
                            : silent + " connections carried no data and are left out");
        }
    }

    public long packets() {
        return packets;
    }

    /** Those that carried data. */
    public int connections() {
        return connections;
    }

    /** What was noticed, a sentence each; complete after {@link #decode}. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }
}
