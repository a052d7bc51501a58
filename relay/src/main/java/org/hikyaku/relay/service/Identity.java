package org.hikyaku.relay.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** As whom the process runs. */
public final class Identity {
    private Identity() {}

    /** Whether the process has the rights of root. */
    public static boolean root() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == 0;
        } catch (IOException | UnsupportedOperationException e) {
            return "root".equals(System.getProperty("user.name"));
        }
    }
}
