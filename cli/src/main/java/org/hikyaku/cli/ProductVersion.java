package org.hikyaku.cli;

import java.util.Objects;
import picocli.CommandLine;

/** The version as the jar's manifest gives it. */
final class ProductVersion implements CommandLine.IVersionProvider {

    /** Such as {@code 1.0.0}; {@code development} when not run from a jar. */
    static String number() {
        return Objects.requireNonNullElse(Hikyaku.class.getPackage().getImplementationVersion(), "development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"hikyaku " + number()};
    }
}
