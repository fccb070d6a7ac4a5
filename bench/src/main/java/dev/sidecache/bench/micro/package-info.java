/** Time and allocation of the single steps that a request goes through, measured by JMH. */
@NullMarked
package dev.sidecache.bench.micro;

import org.jspecify.annotations.NullMarked;
