-- GPU telemetry, complete: more sources, hosts, MIG instances, six more values, sealed hours and roll-ups.

ALTER TABLE "gpu_devices"
    ADD COLUMN "host" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "vendor" TEXT,
    ADD COLUMN "memory_kind" TEXT,
    ADD COLUMN "parent_uuid" TEXT,
    ADD COLUMN "mig_profile" TEXT,
    ADD CONSTRAINT "gpu_devices_host_check" CHECK (length("host") <= 253),
    ADD CONSTRAINT "gpu_devices_vendor_check" CHECK ("vendor" IN ('nvidia', 'amd', 'intel')),
    ADD CONSTRAINT "gpu_devices_memory_kind_check" CHECK ("memory_kind" IN ('dedicated', 'unified')),
    ADD CONSTRAINT "gpu_devices_parent_uuid_check" CHECK (length("parent_uuid") BETWEEN 1 AND 96),
    ADD CONSTRAINT "gpu_devices_mig_profile_check" CHECK (length("mig_profile") <= 64),
    DROP CONSTRAINT "gpu_devices_source_check",
    ADD CONSTRAINT "gpu_devices_source_check" CHECK ("source" IN ('nvml', 'smi', 'dcgm', 'amd', 'intel', 'health', 'simulated'));

ALTER TABLE "gpu_stats"
    ADD COLUMN "energy" DOUBLE PRECISION,
    ADD COLUMN "ecc_corrected" INTEGER,
    ADD COLUMN "ecc_uncorrected" INTEGER,
    ADD COLUMN "nvlink_tx_throughput" INTEGER,
    ADD COLUMN "nvlink_rx_throughput" INTEGER,
    ADD COLUMN "xid" INTEGER,
    ADD CONSTRAINT "gpu_stats_energy_check" CHECK ("energy" BETWEEN 0 AND 1e15),
    ADD CONSTRAINT "gpu_stats_ecc_corrected_check" CHECK ("ecc_corrected" BETWEEN 0 AND 2147483647),
    ADD CONSTRAINT "gpu_stats_ecc_uncorrected_check" CHECK ("ecc_uncorrected" BETWEEN 0 AND 2147483647),
    ADD CONSTRAINT "gpu_stats_nvlink_tx_throughput_check" CHECK ("nvlink_tx_throughput" BETWEEN 0 AND 2147483647),
    ADD CONSTRAINT "gpu_stats_nvlink_rx_throughput_check" CHECK ("nvlink_rx_throughput" BETWEEN 0 AND 2147483647),
    ADD CONSTRAINT "gpu_stats_xid_check" CHECK ("xid" BETWEEN 0 AND 1000),
    DROP CONSTRAINT "gpu_stats_source_check",
    ADD CONSTRAINT "gpu_stats_source_check" CHECK ("source" IN ('nvml', 'smi', 'dcgm', 'amd', 'intel', 'health', 'simulated'));

COMMENT ON COLUMN "gpu_stats"."missing" IS 'Why a value is null: one letter a value in the order of gpuMetrics, trailing dots left out. s not_supported, o not_offered, u unknown_to_driver, e read_error, i impossible_value, r not_reported, n not_sampled, . has a value';

-- One GPU's sealed hour: the rows of gpu_stats as arrays, element by element, oldest first. A value that is null throughout has no array.
-- Daily partitions (UTC), beside those of gpu_stats and out of Prisma's sight, as are the roll-ups.
CREATE TABLE gpu_partitions.gpu_hours (
    device_id INTEGER NOT NULL,
    hour TIMESTAMPTZ(0) NOT NULL,
    sample_count INTEGER NOT NULL CHECK (sample_count > 0),
    -- Milliseconds since the begin of the hour, rising.
    offsets_ms INTEGER[] NOT NULL CHECK (cardinality(offsets_ms) = sample_count),
    sources TEXT[] NOT NULL CHECK (cardinality(sources) = sample_count),
    missing TEXT[] NOT NULL CHECK (cardinality(missing) = sample_count),
    utilization DOUBLE PRECISION[] CHECK (cardinality(utilization) = sample_count),
    memory_used INTEGER[] CHECK (cardinality(memory_used) = sample_count),
    memory_total INTEGER[] CHECK (cardinality(memory_total) = sample_count),
    temperature DOUBLE PRECISION[] CHECK (cardinality(temperature) = sample_count),
    power_usage DOUBLE PRECISION[] CHECK (cardinality(power_usage) = sample_count),
    inference_fps DOUBLE PRECISION[] CHECK (cardinality(inference_fps) = sample_count),
    fan_speed INTEGER[] CHECK (cardinality(fan_speed) = sample_count),
    sm_clock INTEGER[] CHECK (cardinality(sm_clock) = sample_count),
    memory_bandwidth_utilization DOUBLE PRECISION[] CHECK (cardinality(memory_bandwidth_utilization) = sample_count),
    pstate INTEGER[] CHECK (cardinality(pstate) = sample_count),
    throttle_reasons INTEGER[] CHECK (cardinality(throttle_reasons) = sample_count),
    power_limit DOUBLE PRECISION[] CHECK (cardinality(power_limit) = sample_count),
    sm_clock_max INTEGER[] CHECK (cardinality(sm_clock_max) = sample_count),
    compute_processes_count INTEGER[] CHECK (cardinality(compute_processes_count) = sample_count),
    pcie_replay_counter INTEGER[] CHECK (cardinality(pcie_replay_counter) = sample_count),
    temp_slowdown_threshold DOUBLE PRECISION[] CHECK (cardinality(temp_slowdown_threshold) = sample_count),
    memory_clock INTEGER[] CHECK (cardinality(memory_clock) = sample_count),
    memory_clock_max INTEGER[] CHECK (cardinality(memory_clock_max) = sample_count),
    pcie_link_gen INTEGER[] CHECK (cardinality(pcie_link_gen) = sample_count),
    pcie_link_width INTEGER[] CHECK (cardinality(pcie_link_width) = sample_count),
    pcie_tx_throughput INTEGER[] CHECK (cardinality(pcie_tx_throughput) = sample_count),
    pcie_rx_throughput INTEGER[] CHECK (cardinality(pcie_rx_throughput) = sample_count),
    encoder_utilization INTEGER[] CHECK (cardinality(encoder_utilization) = sample_count),
    decoder_utilization INTEGER[] CHECK (cardinality(decoder_utilization) = sample_count),
    bar1_used INTEGER[] CHECK (cardinality(bar1_used) = sample_count),
    energy DOUBLE PRECISION[] CHECK (cardinality(energy) = sample_count),
    ecc_corrected INTEGER[] CHECK (cardinality(ecc_corrected) = sample_count),
    ecc_uncorrected INTEGER[] CHECK (cardinality(ecc_uncorrected) = sample_count),
    nvlink_tx_throughput INTEGER[] CHECK (cardinality(nvlink_tx_throughput) = sample_count),
    nvlink_rx_throughput INTEGER[] CHECK (cardinality(nvlink_rx_throughput) = sample_count),
    xid INTEGER[] CHECK (cardinality(xid) = sample_count),
    PRIMARY KEY (device_id, hour)
) PARTITION BY RANGE (hour);


-- Buckets of 10 s; daily partitions (UTC). Of each value min, max, sum and count of what is not null, so that buckets merge exactly;
-- of the bit field throttle_reasons max = the bits of any sample and min = those of every sample, and no sum.
CREATE TABLE gpu_partitions.gpu_rollup_10s (
    device_id INTEGER NOT NULL,
    bucket TIMESTAMPTZ(0) NOT NULL,
    sample_count INTEGER NOT NULL CHECK (sample_count > 0),
    -- Of several sources the last.
    source TEXT NOT NULL,
    utilization_min DOUBLE PRECISION, utilization_max DOUBLE PRECISION, utilization_sum DOUBLE PRECISION, utilization_count INTEGER,
    memory_used_min INTEGER, memory_used_max INTEGER, memory_used_sum DOUBLE PRECISION, memory_used_count INTEGER,
    memory_total_min INTEGER, memory_total_max INTEGER, memory_total_sum DOUBLE PRECISION, memory_total_count INTEGER,
    temperature_min DOUBLE PRECISION, temperature_max DOUBLE PRECISION, temperature_sum DOUBLE PRECISION, temperature_count INTEGER,
    power_usage_min DOUBLE PRECISION, power_usage_max DOUBLE PRECISION, power_usage_sum DOUBLE PRECISION, power_usage_count INTEGER,
    inference_fps_min DOUBLE PRECISION, inference_fps_max DOUBLE PRECISION, inference_fps_sum DOUBLE PRECISION, inference_fps_count INTEGER,
    fan_speed_min INTEGER, fan_speed_max INTEGER, fan_speed_sum DOUBLE PRECISION, fan_speed_count INTEGER,
    sm_clock_min INTEGER, sm_clock_max INTEGER, sm_clock_sum DOUBLE PRECISION, sm_clock_count INTEGER,
    memory_bandwidth_utilization_min DOUBLE PRECISION, memory_bandwidth_utilization_max DOUBLE PRECISION, memory_bandwidth_utilization_sum DOUBLE PRECISION, memory_bandwidth_utilization_count INTEGER,
    pstate_min INTEGER, pstate_max INTEGER, pstate_sum DOUBLE PRECISION, pstate_count INTEGER,
    throttle_reasons_min INTEGER, throttle_reasons_max INTEGER, throttle_reasons_sum DOUBLE PRECISION, throttle_reasons_count INTEGER,
    power_limit_min DOUBLE PRECISION, power_limit_max DOUBLE PRECISION, power_limit_sum DOUBLE PRECISION, power_limit_count INTEGER,
    sm_clock_max_min INTEGER, sm_clock_max_max INTEGER, sm_clock_max_sum DOUBLE PRECISION, sm_clock_max_count INTEGER,
    compute_processes_count_min INTEGER, compute_processes_count_max INTEGER, compute_processes_count_sum DOUBLE PRECISION, compute_processes_count_count INTEGER,
    pcie_replay_counter_min INTEGER, pcie_replay_counter_max INTEGER, pcie_replay_counter_sum DOUBLE PRECISION, pcie_replay_counter_count INTEGER,
    temp_slowdown_threshold_min DOUBLE PRECISION, temp_slowdown_threshold_max DOUBLE PRECISION, temp_slowdown_threshold_sum DOUBLE PRECISION, temp_slowdown_threshold_count INTEGER,
    memory_clock_min INTEGER, memory_clock_max INTEGER, memory_clock_sum DOUBLE PRECISION, memory_clock_count INTEGER,
    memory_clock_max_min INTEGER, memory_clock_max_max INTEGER, memory_clock_max_sum DOUBLE PRECISION, memory_clock_max_count INTEGER,
    pcie_link_gen_min INTEGER, pcie_link_gen_max INTEGER, pcie_link_gen_sum DOUBLE PRECISION, pcie_link_gen_count INTEGER,
    pcie_link_width_min INTEGER, pcie_link_width_max INTEGER, pcie_link_width_sum DOUBLE PRECISION, pcie_link_width_count INTEGER,
    pcie_tx_throughput_min INTEGER, pcie_tx_throughput_max INTEGER, pcie_tx_throughput_sum DOUBLE PRECISION, pcie_tx_throughput_count INTEGER,
    pcie_rx_throughput_min INTEGER, pcie_rx_throughput_max INTEGER, pcie_rx_throughput_sum DOUBLE PRECISION, pcie_rx_throughput_count INTEGER,
    encoder_utilization_min INTEGER, encoder_utilization_max INTEGER, encoder_utilization_sum DOUBLE PRECISION, encoder_utilization_count INTEGER,
    decoder_utilization_min INTEGER, decoder_utilization_max INTEGER, decoder_utilization_sum DOUBLE PRECISION, decoder_utilization_count INTEGER,
    bar1_used_min INTEGER, bar1_used_max INTEGER, bar1_used_sum DOUBLE PRECISION, bar1_used_count INTEGER,
    energy_min DOUBLE PRECISION, energy_max DOUBLE PRECISION, energy_sum DOUBLE PRECISION, energy_count INTEGER,
    ecc_corrected_min INTEGER, ecc_corrected_max INTEGER, ecc_corrected_sum DOUBLE PRECISION, ecc_corrected_count INTEGER,
    ecc_uncorrected_min INTEGER, ecc_uncorrected_max INTEGER, ecc_uncorrected_sum DOUBLE PRECISION, ecc_uncorrected_count INTEGER,
    nvlink_tx_throughput_min INTEGER, nvlink_tx_throughput_max INTEGER, nvlink_tx_throughput_sum DOUBLE PRECISION, nvlink_tx_throughput_count INTEGER,
    nvlink_rx_throughput_min INTEGER, nvlink_rx_throughput_max INTEGER, nvlink_rx_throughput_sum DOUBLE PRECISION, nvlink_rx_throughput_count INTEGER,
    xid_min INTEGER, xid_max INTEGER, xid_sum DOUBLE PRECISION, xid_count INTEGER,
    PRIMARY KEY (device_id, bucket)
) PARTITION BY RANGE (bucket);


-- Buckets of 1 min; monthly partitions (UTC). Of each value min, max, sum and count of what is not null, so that buckets merge exactly;
-- of the bit field throttle_reasons max = the bits of any sample and min = those of every sample, and no sum.
CREATE TABLE gpu_partitions.gpu_rollup_1m (
    device_id INTEGER NOT NULL,
    bucket TIMESTAMPTZ(0) NOT NULL,
    sample_count INTEGER NOT NULL CHECK (sample_count > 0),
    -- Of several sources the last.
    source TEXT NOT NULL,
    utilization_min DOUBLE PRECISION, utilization_max DOUBLE PRECISION, utilization_sum DOUBLE PRECISION, utilization_count INTEGER,
    memory_used_min INTEGER, memory_used_max INTEGER, memory_used_sum DOUBLE PRECISION, memory_used_count INTEGER,
    memory_total_min INTEGER, memory_total_max INTEGER, memory_total_sum DOUBLE PRECISION, memory_total_count INTEGER,
    temperature_min DOUBLE PRECISION, temperature_max DOUBLE PRECISION, temperature_sum DOUBLE PRECISION, temperature_count INTEGER,
    power_usage_min DOUBLE PRECISION, power_usage_max DOUBLE PRECISION, power_usage_sum DOUBLE PRECISION, power_usage_count INTEGER,
    inference_fps_min DOUBLE PRECISION, inference_fps_max DOUBLE PRECISION, inference_fps_sum DOUBLE PRECISION, inference_fps_count INTEGER,
    fan_speed_min INTEGER, fan_speed_max INTEGER, fan_speed_sum DOUBLE PRECISION, fan_speed_count INTEGER,
    sm_clock_min INTEGER, sm_clock_max INTEGER, sm_clock_sum DOUBLE PRECISION, sm_clock_count INTEGER,
    memory_bandwidth_utilization_min DOUBLE PRECISION, memory_bandwidth_utilization_max DOUBLE PRECISION, memory_bandwidth_utilization_sum DOUBLE PRECISION, memory_bandwidth_utilization_count INTEGER,
    pstate_min INTEGER, pstate_max INTEGER, pstate_sum DOUBLE PRECISION, pstate_count INTEGER,
    throttle_reasons_min INTEGER, throttle_reasons_max INTEGER, throttle_reasons_sum DOUBLE PRECISION, throttle_reasons_count INTEGER,
    power_limit_min DOUBLE PRECISION, power_limit_max DOUBLE PRECISION, power_limit_sum DOUBLE PRECISION, power_limit_count INTEGER,
    sm_clock_max_min INTEGER, sm_clock_max_max INTEGER, sm_clock_max_sum DOUBLE PRECISION, sm_clock_max_count INTEGER,
    compute_processes_count_min INTEGER, compute_processes_count_max INTEGER, compute_processes_count_sum DOUBLE PRECISION, compute_processes_count_count INTEGER,
    pcie_replay_counter_min INTEGER, pcie_replay_counter_max INTEGER, pcie_replay_counter_sum DOUBLE PRECISION, pcie_replay_counter_count INTEGER,
    temp_slowdown_threshold_min DOUBLE PRECISION, temp_slowdown_threshold_max DOUBLE PRECISION, temp_slowdown_threshold_sum DOUBLE PRECISION, temp_slowdown_threshold_count INTEGER,
    memory_clock_min INTEGER, memory_clock_max INTEGER, memory_clock_sum DOUBLE PRECISION, memory_clock_count INTEGER,
    memory_clock_max_min INTEGER, memory_clock_max_max INTEGER, memory_clock_max_sum DOUBLE PRECISION, memory_clock_max_count INTEGER,
    pcie_link_gen_min INTEGER, pcie_link_gen_max INTEGER, pcie_link_gen_sum DOUBLE PRECISION, pcie_link_gen_count INTEGER,
    pcie_link_width_min INTEGER, pcie_link_width_max INTEGER, pcie_link_width_sum DOUBLE PRECISION, pcie_link_width_count INTEGER,
    pcie_tx_throughput_min INTEGER, pcie_tx_throughput_max INTEGER, pcie_tx_throughput_sum DOUBLE PRECISION, pcie_tx_throughput_count INTEGER,
    pcie_rx_throughput_min INTEGER, pcie_rx_throughput_max INTEGER, pcie_rx_throughput_sum DOUBLE PRECISION, pcie_rx_throughput_count INTEGER,
    encoder_utilization_min INTEGER, encoder_utilization_max INTEGER, encoder_utilization_sum DOUBLE PRECISION, encoder_utilization_count INTEGER,
    decoder_utilization_min INTEGER, decoder_utilization_max INTEGER, decoder_utilization_sum DOUBLE PRECISION, decoder_utilization_count INTEGER,
    bar1_used_min INTEGER, bar1_used_max INTEGER, bar1_used_sum DOUBLE PRECISION, bar1_used_count INTEGER,
    energy_min DOUBLE PRECISION, energy_max DOUBLE PRECISION, energy_sum DOUBLE PRECISION, energy_count INTEGER,
    ecc_corrected_min INTEGER, ecc_corrected_max INTEGER, ecc_corrected_sum DOUBLE PRECISION, ecc_corrected_count INTEGER,
    ecc_uncorrected_min INTEGER, ecc_uncorrected_max INTEGER, ecc_uncorrected_sum DOUBLE PRECISION, ecc_uncorrected_count INTEGER,
    nvlink_tx_throughput_min INTEGER, nvlink_tx_throughput_max INTEGER, nvlink_tx_throughput_sum DOUBLE PRECISION, nvlink_tx_throughput_count INTEGER,
    nvlink_rx_throughput_min INTEGER, nvlink_rx_throughput_max INTEGER, nvlink_rx_throughput_sum DOUBLE PRECISION, nvlink_rx_throughput_count INTEGER,
    xid_min INTEGER, xid_max INTEGER, xid_sum DOUBLE PRECISION, xid_count INTEGER,
    PRIMARY KEY (device_id, bucket)
) PARTITION BY RANGE (bucket);


-- Buckets of 1 h; monthly partitions (UTC). Of each value min, max, sum and count of what is not null, so that buckets merge exactly;
-- of the bit field throttle_reasons max = the bits of any sample and min = those of every sample, and no sum.
CREATE TABLE gpu_partitions.gpu_rollup_1h (
    device_id INTEGER NOT NULL,
    bucket TIMESTAMPTZ(0) NOT NULL,
    sample_count INTEGER NOT NULL CHECK (sample_count > 0),
    -- Of several sources the last.
    source TEXT NOT NULL,
    utilization_min DOUBLE PRECISION, utilization_max DOUBLE PRECISION, utilization_sum DOUBLE PRECISION, utilization_count INTEGER,
    memory_used_min INTEGER, memory_used_max INTEGER, memory_used_sum DOUBLE PRECISION, memory_used_count INTEGER,
    memory_total_min INTEGER, memory_total_max INTEGER, memory_total_sum DOUBLE PRECISION, memory_total_count INTEGER,
    temperature_min DOUBLE PRECISION, temperature_max DOUBLE PRECISION, temperature_sum DOUBLE PRECISION, temperature_count INTEGER,
    power_usage_min DOUBLE PRECISION, power_usage_max DOUBLE PRECISION, power_usage_sum DOUBLE PRECISION, power_usage_count INTEGER,
    inference_fps_min DOUBLE PRECISION, inference_fps_max DOUBLE PRECISION, inference_fps_sum DOUBLE PRECISION, inference_fps_count INTEGER,
    fan_speed_min INTEGER, fan_speed_max INTEGER, fan_speed_sum DOUBLE PRECISION, fan_speed_count INTEGER,
    sm_clock_min INTEGER, sm_clock_max INTEGER, sm_clock_sum DOUBLE PRECISION, sm_clock_count INTEGER,
    memory_bandwidth_utilization_min DOUBLE PRECISION, memory_bandwidth_utilization_max DOUBLE PRECISION, memory_bandwidth_utilization_sum DOUBLE PRECISION, memory_bandwidth_utilization_count INTEGER,
    pstate_min INTEGER, pstate_max INTEGER, pstate_sum DOUBLE PRECISION, pstate_count INTEGER,
    throttle_reasons_min INTEGER, throttle_reasons_max INTEGER, throttle_reasons_sum DOUBLE PRECISION, throttle_reasons_count INTEGER,
    power_limit_min DOUBLE PRECISION, power_limit_max DOUBLE PRECISION, power_limit_sum DOUBLE PRECISION, power_limit_count INTEGER,
    sm_clock_max_min INTEGER, sm_clock_max_max INTEGER, sm_clock_max_sum DOUBLE PRECISION, sm_clock_max_count INTEGER,
    compute_processes_count_min INTEGER, compute_processes_count_max INTEGER, compute_processes_count_sum DOUBLE PRECISION, compute_processes_count_count INTEGER,
    pcie_replay_counter_min INTEGER, pcie_replay_counter_max INTEGER, pcie_replay_counter_sum DOUBLE PRECISION, pcie_replay_counter_count INTEGER,
    temp_slowdown_threshold_min DOUBLE PRECISION, temp_slowdown_threshold_max DOUBLE PRECISION, temp_slowdown_threshold_sum DOUBLE PRECISION, temp_slowdown_threshold_count INTEGER,
    memory_clock_min INTEGER, memory_clock_max INTEGER, memory_clock_sum DOUBLE PRECISION, memory_clock_count INTEGER,
    memory_clock_max_min INTEGER, memory_clock_max_max INTEGER, memory_clock_max_sum DOUBLE PRECISION, memory_clock_max_count INTEGER,
    pcie_link_gen_min INTEGER, pcie_link_gen_max INTEGER, pcie_link_gen_sum DOUBLE PRECISION, pcie_link_gen_count INTEGER,
    pcie_link_width_min INTEGER, pcie_link_width_max INTEGER, pcie_link_width_sum DOUBLE PRECISION, pcie_link_width_count INTEGER,
    pcie_tx_throughput_min INTEGER, pcie_tx_throughput_max INTEGER, pcie_tx_throughput_sum DOUBLE PRECISION, pcie_tx_throughput_count INTEGER,
    pcie_rx_throughput_min INTEGER, pcie_rx_throughput_max INTEGER, pcie_rx_throughput_sum DOUBLE PRECISION, pcie_rx_throughput_count INTEGER,
    encoder_utilization_min INTEGER, encoder_utilization_max INTEGER, encoder_utilization_sum DOUBLE PRECISION, encoder_utilization_count INTEGER,
    decoder_utilization_min INTEGER, decoder_utilization_max INTEGER, decoder_utilization_sum DOUBLE PRECISION, decoder_utilization_count INTEGER,
    bar1_used_min INTEGER, bar1_used_max INTEGER, bar1_used_sum DOUBLE PRECISION, bar1_used_count INTEGER,
    energy_min DOUBLE PRECISION, energy_max DOUBLE PRECISION, energy_sum DOUBLE PRECISION, energy_count INTEGER,
    ecc_corrected_min INTEGER, ecc_corrected_max INTEGER, ecc_corrected_sum DOUBLE PRECISION, ecc_corrected_count INTEGER,
    ecc_uncorrected_min INTEGER, ecc_uncorrected_max INTEGER, ecc_uncorrected_sum DOUBLE PRECISION, ecc_uncorrected_count INTEGER,
    nvlink_tx_throughput_min INTEGER, nvlink_tx_throughput_max INTEGER, nvlink_tx_throughput_sum DOUBLE PRECISION, nvlink_tx_throughput_count INTEGER,
    nvlink_rx_throughput_min INTEGER, nvlink_rx_throughput_max INTEGER, nvlink_rx_throughput_sum DOUBLE PRECISION, nvlink_rx_throughput_count INTEGER,
    xid_min INTEGER, xid_max INTEGER, xid_sum DOUBLE PRECISION, xid_count INTEGER,
    PRIMARY KEY (device_id, bucket)
) PARTITION BY RANGE (bucket);

-- What was stored since the roll-ups were made: a row for each statement and hour, in the transaction of the samples themselves, so that
-- whoever sees a sample sees that its buckets are due. An upper level gets rows from the level below.
CREATE TABLE gpu_partitions.gpu_changes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Length of the buckets that are due, in seconds.
    step INTEGER NOT NULL CHECK (step IN (10, 60, 3600)),
    device_ids INTEGER[] NOT NULL,
    -- Both inclusive, within one hour.
    from_at TIMESTAMPTZ(3) NOT NULL,
    to_at TIMESTAMPTZ(3) NOT NULL CHECK (to_at >= from_at AND to_at < from_at + interval '1 hour')
) WITH (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);

-- How far the upkeep is. One row; its times only grow.
CREATE TABLE gpu_partitions.gpu_upkeep (
    id BOOLEAN PRIMARY KEY DEFAULT true CHECK (id),
    -- The roll-ups of a level hold what was sampled before this time; the bucket that holds it is partly filled. Later samples are raw only.
    rolled_10s_to TIMESTAMPTZ(3) NOT NULL DEFAULT to_timestamp(0),
    rolled_1m_to TIMESTAMPTZ(3) NOT NULL DEFAULT to_timestamp(0),
    rolled_1h_to TIMESTAMPTZ(3) NOT NULL DEFAULT to_timestamp(0),
    -- No day that begins at or after this time was ever sealed.
    sealed_to TIMESTAMPTZ(3) NOT NULL DEFAULT to_timestamp(0)
) WITH (fillfactor = 50);
INSERT INTO gpu_partitions.gpu_upkeep DEFAULT VALUES;

-- Samples that were stored before there were roll-ups.
INSERT INTO gpu_partitions.gpu_changes (step, device_ids, from_at, to_at)
SELECT 10, array_agg(DISTINCT device_id), min(recorded_at), max(recorded_at)
FROM gpu_stats GROUP BY date_bin('1 hour', recorded_at, to_timestamp(0));

-- Samples of a range [from, to), raw or sealed, each once. Inlined: only partitions of the range are read. Columns as in gpu_stats.
CREATE FUNCTION gpu_partitions.gpu_samples_between(devices INTEGER[], from_at TIMESTAMPTZ, to_at TIMESTAMPTZ)
RETURNS TABLE (
    device_id INTEGER, recorded_at TIMESTAMPTZ, source TEXT,
    utilization DOUBLE PRECISION,
    memory_used INTEGER,
    memory_total INTEGER,
    temperature DOUBLE PRECISION,
    power_usage DOUBLE PRECISION,
    inference_fps DOUBLE PRECISION,
    fan_speed INTEGER,
    sm_clock INTEGER,
    memory_bandwidth_utilization DOUBLE PRECISION,
    pstate INTEGER,
    throttle_reasons INTEGER,
    power_limit DOUBLE PRECISION,
    sm_clock_max INTEGER,
    compute_processes_count INTEGER,
    pcie_replay_counter INTEGER,
    temp_slowdown_threshold DOUBLE PRECISION,
    memory_clock INTEGER,
    memory_clock_max INTEGER,
    pcie_link_gen INTEGER,
    pcie_link_width INTEGER,
    pcie_tx_throughput INTEGER,
    pcie_rx_throughput INTEGER,
    encoder_utilization INTEGER,
    decoder_utilization INTEGER,
    bar1_used INTEGER,
    energy DOUBLE PRECISION,
    ecc_corrected INTEGER,
    ecc_uncorrected INTEGER,
    nvlink_tx_throughput INTEGER,
    nvlink_rx_throughput INTEGER,
    xid INTEGER,
    missing TEXT
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT s.device_id, s.recorded_at, s.source, s.utilization, s.memory_used, s.memory_total, s.temperature, s.power_usage, s.inference_fps, s.fan_speed, s.sm_clock, s.memory_bandwidth_utilization, s.pstate, s.throttle_reasons, s.power_limit, s.sm_clock_max, s.compute_processes_count, s.pcie_replay_counter, s.temp_slowdown_threshold, s.memory_clock, s.memory_clock_max, s.pcie_link_gen, s.pcie_link_width, s.pcie_tx_throughput, s.pcie_rx_throughput, s.encoder_utilization, s.decoder_utilization, s.bar1_used, s.energy, s.ecc_corrected, s.ecc_uncorrected, s.nvlink_tx_throughput, s.nvlink_rx_throughput, s.xid, s.missing
    FROM gpu_stats s
    WHERE s.device_id = ANY (devices) AND s.recorded_at >= from_at AND s.recorded_at < to_at
    UNION ALL
    SELECT h.device_id, h.hour + e.offset_ms * interval '1 millisecond', e.source, e.utilization, e.memory_used, e.memory_total, e.temperature, e.power_usage, e.inference_fps, e.fan_speed, e.sm_clock, e.memory_bandwidth_utilization, e.pstate, e.throttle_reasons, e.power_limit, e.sm_clock_max, e.compute_processes_count, e.pcie_replay_counter, e.temp_slowdown_threshold, e.memory_clock, e.memory_clock_max, e.pcie_link_gen, e.pcie_link_width, e.pcie_tx_throughput, e.pcie_rx_throughput, e.encoder_utilization, e.decoder_utilization, e.bar1_used, e.energy, e.ecc_corrected, e.ecc_uncorrected, e.nvlink_tx_throughput, e.nvlink_rx_throughput, e.xid, e.missing
    FROM gpu_partitions.gpu_hours h
    CROSS JOIN LATERAL unnest(h.offsets_ms, h.sources, h.missing, h.utilization, h.memory_used, h.memory_total, h.temperature, h.power_usage, h.inference_fps, h.fan_speed, h.sm_clock, h.memory_bandwidth_utilization, h.pstate, h.throttle_reasons, h.power_limit, h.sm_clock_max, h.compute_processes_count, h.pcie_replay_counter, h.temp_slowdown_threshold, h.memory_clock, h.memory_clock_max, h.pcie_link_gen, h.pcie_link_width, h.pcie_tx_throughput, h.pcie_rx_throughput, h.encoder_utilization, h.decoder_utilization, h.bar1_used, h.energy, h.ecc_corrected, h.ecc_uncorrected, h.nvlink_tx_throughput, h.nvlink_rx_throughput, h.xid)
        AS e (offset_ms, source, missing, utilization, memory_used, memory_total, temperature, power_usage, inference_fps, fan_speed, sm_clock, memory_bandwidth_utilization, pstate, throttle_reasons, power_limit, sm_clock_max, compute_processes_count, pcie_replay_counter, temp_slowdown_threshold, memory_clock, memory_clock_max, pcie_link_gen, pcie_link_width, pcie_tx_throughput, pcie_rx_throughput, encoder_utilization, decoder_utilization, bar1_used, energy, ecc_corrected, ecc_uncorrected, nvlink_tx_throughput, nvlink_rx_throughput, xid)
    WHERE h.device_id = ANY (devices) AND h.hour > from_at - interval '1 hour' AND h.hour < to_at
      AND h.hour + e.offset_ms * interval '1 millisecond' >= from_at AND h.hour + e.offset_ms * interval '1 millisecond' < to_at
$$;
