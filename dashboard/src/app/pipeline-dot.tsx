import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { buttonClass } from '../components/button.tsx';
import { Hint } from '../components/hint.tsx';
import { usePipeline } from '../lib/api/queries.ts';
import { formatAgo } from '../lib/format/times.ts';

/** Whether Weir itself is well, in one mark: a filled dot is well, a ring is not. */
export function PipelineDot(): ReactElement {
  const pipeline = usePipeline();
  const { data, error } = pipeline;
  const unreachable = error !== null;
  const degraded = unreachable || (data !== undefined && data.status !== 'ready');
  const last =
    data === undefined || data.lastSpanAt === null
      ? 'no span since the collector started'
      : `last span ${formatAgo(Date.parse(data.lastSpanAt), pipeline.dataUpdatedAt)}`;
  const text = unreachable
    ? 'The collector does not answer'
    : data === undefined
      ? 'Asking the collector'
      : `Collector ${data.status}, ClickHouse ${data.clickhouse}, ${last}`;
  const mark = degraded ? 'border-2 border-failed' : data === undefined ? 'bg-unknown' : 'bg-good-text';
  return (
    <Hint text={text} side="bottom">
      <Link
        to="/pipeline"
        aria-label={`Pipeline: ${text}`}
        className={buttonClass({ look: 'ghost', size: 'icon' })}
      >
        <span aria-hidden="true" className={`size-2 rounded-full ${mark}`} />
      </Link>
    </Hint>
  );
}
