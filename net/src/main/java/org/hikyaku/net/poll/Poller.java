package org.hikyaku.net.poll;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Waits for many sockets at once. For one thread alone, but for {@link #wakeUp} and for listening. What it opened is closed by
 * whoever asked for it.
 */
public sealed interface Poller extends Closeable permits EpollPoller, SelectorPoller {

    /**
     * The fastest that this system has.
     *
     * @throws IOException when the system has no more files to open
     */
    static Poller open() throws IOException {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")
                ? new EpollPoller()
                : portable();
    }

    /** The one that every system has. */
    static Poller portable() throws IOException {
        return new SelectorPoller();
    }

    /**
     * Opens a TCP port, from any thread; nobody is accepted before {@link #watch}.
     *
     * @param address with port 0 for any that is free
     * @throws java.net.BindException when it cannot be had
     */
    PollListener listen(InetSocketAddress address) throws IOException;

    /**
     * Opens a Unix socket as {@link org.hikyaku.net.UnixListener#listen} does, from any thread.
     *
     * @param mode who may connect, such as {@code rw-rw----}
     */
    PollListener listen(Path path, String mode) throws IOException;

    /** Has the handler run whenever somebody may be waiting to be accepted. */
    void watch(PollListener listener, Runnable handler) throws IOException;

    /**
     * Waits until something is ready or {@link #wakeUp} was called.
     *
     * @param millis at the longest; at least 1
     */
    void await(long millis) throws IOException;

    /** Runs the handlers of all that was found ready. */
    void dispatch();

    /** Ends the wait under way, or the next one; from any thread. */
    void wakeUp();
}
