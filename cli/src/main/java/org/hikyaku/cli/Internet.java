package org.hikyaku.cli;

/** The network that commands see: the machine's own, or the lab's. */
@FunctionalInterface
public interface Internet {

    /**
     * Opens a way to it.
     *
     * @throws UsageException when a file named in the options cannot be read, or there is no resolver to ask
     */
    NetworkAccess open(NetworkOptions options);
}
