package org.hikyaku.relay.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used. Its faults are for people: show them all, and start nothing. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<ConfigFault> faults;

    public ConfigException(List<ConfigFault> faults) {
        super(faults.stream().map(ConfigFault::toString).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    /** At least one, in the order of the file. */
    public List<ConfigFault> faults() {
        return faults;
    }
}
