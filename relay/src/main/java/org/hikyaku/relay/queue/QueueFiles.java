package org.hikyaku.relay.queue;

import java.io.IOException;
import java.util.List;

/** The files of one folder, as far as a queue needs them; the seam at which tests take bytes away that were never forced. */
interface QueueFiles {

    /** When what is appended to a file goes to disk. */
    enum Forcing {
        /** Before each append returns. */
        EACH_APPEND,
        /** When {@link DurableFile#force} is called. */
        ON_DEMAND
    }

    /** A new file. It outlives a crash only once {@link #force} returned. */
    DurableFile create(String name, Forcing forcing) throws IOException;

    /** A file that is there, to be read, truncated and forced. */
    DurableFile open(String name) throws IOException;

    /** Deletes it when it is there; durable with the next {@link #force}. */
    void delete(String name) throws IOException;

    /** What files the folder has is on disk when this returns. */
    void force() throws IOException;

    List<String> list() throws IOException;

    /** Bytes that can still be written. */
    long usable() throws IOException;
}
