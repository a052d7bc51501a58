package org.hikyaku.relay.config;

/**
 * One thing that is wrong in the configuration.
 *
 * @param file the file as it was named
 * @param line from 1
 * @param column from 1
 * @param sentence what is wrong and what would be right
 */
public record ConfigFault(String file, int line, int column, String sentence) {

    /** {@code relay.yaml:3:5: sentence}, as compilers write it, so that editors can jump there. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + sentence;
    }
}
