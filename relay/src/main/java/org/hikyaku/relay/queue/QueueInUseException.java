package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.file.Path;

/** Another process has the queue. */
public final class QueueInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    QueueInUseException(Path folder) {
        super("the queue in " + folder + " is in use by another process");
    }
}
