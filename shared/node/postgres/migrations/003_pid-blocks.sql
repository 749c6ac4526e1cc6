-- A batch takes its post numbers as one block: nextval gives the first of a thousand, as many as a batch has posts at most.
alter sequence post_pid increment by 1000;
