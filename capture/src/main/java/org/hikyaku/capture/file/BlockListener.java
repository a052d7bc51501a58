package org.hikyaku.capture.file;

import java.io.IOException;

/** Is told each block of a pcapng file that holds no packet, or none that can be read. */
interface BlockListener {
    /** @param data in which the block stands, for the time of the call, its type and lengths included */
    void block(int type, boolean little, byte[] data, int offset, int length) throws IOException;
}
