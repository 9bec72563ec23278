"""What every GPU does now. None means not known, never 0."""

from sightline import call

for gpu in call("/api/gpu/latest")["gpus"]:
    sample = gpu["sample"]
    values = sample["values"]
    place = f"{sample['host']}/{sample['gpuIndex']}"
    print(place, sample["gpuName"], values["utilizationPercent"], values["memoryUsedMib"])
