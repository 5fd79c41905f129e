package org.attunedb.index.internal.training;

import org.attunedb.core.training.Incumbent;
import org.attunedb.index.internal.jobs.JobFit;

/** What searches use while a version is trained that may take its place. */
interface IncumbentVersion extends Incumbent {
  /** The same beside a training that is fitted to these. */
  IncumbentVersion beside(JobFit training);
}
