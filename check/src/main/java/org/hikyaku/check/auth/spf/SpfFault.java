package org.hikyaku.check.auth.spf;

import java.util.Optional;
import org.hikyaku.check.auth.Fault;

/**
 * A term that does not keep to the grammar.
 *
 * @param term where it stands
 * @param fault what is wrong in it
 * @param meant the term that was most likely meant; empty when that cannot be told
 */
public record SpfFault(SpfTerm.Place term, Fault fault, Optional<String> meant) {}
