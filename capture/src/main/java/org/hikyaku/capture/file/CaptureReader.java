package org.hikyaku.capture.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Packets in the order of the file. */
public interface CaptureReader extends Closeable {

    /**
     * Fills in the next packet.
     *
     * @return false at the end of the file, also when the file ends in the middle of a packet (see {@link #warnings})
     * @throws CaptureFormatException when the file cannot be read any further because of what it says
     */
    boolean next(Packet packet) throws IOException;

    /** Reads into windows of the caller's. To be called before the first packet. */
    void windows(Windows windows);

    /** What was noticed so far, a sentence each: a cut file, blocks that were passed over. */
    List<String> warnings();
}
