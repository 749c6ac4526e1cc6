-- Unmatched posts are deleted by arrival time, which follows the physical order of the table: a block-range index finds
-- the pages of a few days in any history and costs next to nothing to keep.
create index posts_received on posts using brin (received_at) with (autosummarize = on);
