package org.hikyaku.check;

import java.util.List;

/** Draws the findings of one topic from the evidence. Pure: it asks nobody and decides nothing about trust. */
@FunctionalInterface
interface Examination {
    List<Finding> examine(Evidence evidence);
}
