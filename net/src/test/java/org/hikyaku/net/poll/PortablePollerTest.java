package org.hikyaku.net.poll;

import java.io.IOException;

/** The same by Java's selector. */
class PortablePollerTest extends PollerTest {
    @Override
    Poller make() throws IOException {
        return Poller.portable();
    }
}
