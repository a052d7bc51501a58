package org.hikyaku.policy.service;

import java.io.IOException;
import org.hikyaku.net.poll.Poller;

/** The same where there is no epoll. */
class SocketmapServerPortableTest extends SocketmapServerTest {
    @Override
    Poller poller() throws IOException {
        return Poller.portable();
    }
}
