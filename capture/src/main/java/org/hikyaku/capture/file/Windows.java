package org.hikyaku.capture.file;

/**
 * Where a reader's windows come from and go to. By default there is one, and its packets hold until the next is asked for.
 */
@FunctionalInterface
public interface Windows {
    /** Bytes of a window, but for packets that are larger. */
    int SIZE = CaptureInput.WINDOW;

    /**
     * A window is full, or the input has nothing more at the moment. Called within {@link CaptureReader#next}.
     *
     * @param used the window; it holds the packets that were given since the last call
     * @return where to read on: another one of at least {@link #SIZE} bytes, or the same when its packets are needed no more
     */
    byte[] next(byte[] used);
}
