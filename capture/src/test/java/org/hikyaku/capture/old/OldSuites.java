package org.hikyaku.capture.old;

import java.util.List;
import java.util.stream.Stream;

/** Which suites the scripted peer speaks. */
public final class OldSuites {
    private OldSuites() {}

    public static List<Integer> codes() {
        return Stream.of(
                        OldSuite.NULL_MD5,
                        OldSuite.NULL_SHA,
                        OldSuite.EXP_RC4_MD5,
                        OldSuite.RC4_MD5,
                        OldSuite.RC4_SHA,
                        OldSuite.EXP_RC2_MD5,
                        OldSuite.IDEA_SHA,
                        OldSuite.EXP_DES_SHA,
                        OldSuite.DES_SHA,
                        OldSuite.DES3_SHA,
                        OldSuite.EXP1024_RC4_MD5,
                        OldSuite.EXP1024_RC2_MD5,
                        OldSuite.EXP1024_DES_SHA,
                        OldSuite.EXP1024_RC4_SHA,
                        OldSuite.SEED_SHA)
                .map(OldSuite::code)
                .toList();
    }
}
